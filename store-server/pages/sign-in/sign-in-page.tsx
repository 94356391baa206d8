/** The page where people of the store sign in: one field at a time, big keys below it, one line that says what is. */
import { Button } from '@kairos/ui/button.tsx';
import { Keypad } from '@kairos/ui/keypad.tsx';
import { Notice } from '@kairos/ui/notice.tsx';
import { Clock, TriangleAlert } from 'lucide-react';
import { type ReactElement, useEffect, useState } from 'react';
import {
  canGoOn,
  type Desk,
  destinationOf,
  emptyDesk,
  entered,
  erased,
  keyed,
  pinLengthMin,
  refused,
  type Said,
  unreachable,
} from './desk.ts';
import { askStore } from './store-line.ts';
import { type Language, languageNames, languages, type SignInWords, wordsOf } from './words/words.ts';

export interface SignInPageProps {
  readonly language: Language;
  /** Where she came from; null: nowhere. */
  readonly next: string | null;
  readonly leave: (path: string) => void;
}

interface Me {
  readonly me: { readonly name: string; readonly role: string; readonly locale: string };
}

export function SignInPage({ language: first, next, leave }: SignInPageProps): ReactElement {
  const [language, setLanguage] = useState(first);
  const [desk, setDesk] = useState<Desk>(emptyDesk);
  const words = wordsOf(language);
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dir = language === 'ar' ? 'rtl' : 'ltr';
    document.title = `${words.title} · Kairos`;
  }, [language, words]);

  const enter = async (): Promise<void> => {
    const { desk: asked, question } = entered(desk);
    setDesk(asked);
    if (question === null) return;
    const answer = await askStore<Me>(question.path, question.body);
    if (answer.kind === 'done') leave(destinationOf(answer.body.me.role, next));
    else if (answer.kind === 'refused') setDesk((now) => refused(now, answer.body));
    else setDesk(unreachable);
  };
  useTyping({ desk, setDesk, enter });

  return (
    <main className="sign-in">
      <header className="sign-in-head">
        <h1>{words.title}</h1>
        <LanguageChoice language={language} onChoose={setLanguage} />
      </header>
      <section className="sign-in-desk">
        <Field desk={desk} words={words} setDesk={setDesk} enter={enter} />
        <div className="sign-in-said" aria-live="polite">
          {desk.isAsking && <p className="sign-in-wait">{words.wait} …</p>}
          {desk.said && <SaidNotice said={desk.said} words={words} language={language} />}
        </div>
        <Keypad
          label={words.keys}
          words={{ erase: words.erase, enter: leadsOn(desk) ? words.next : words.enter }}
          isEnterDisabled={!canGoOn(desk)}
          onDigit={(digit) => setDesk((now) => keyed(now, digit))}
          onErase={() => setDesk(erased)}
          onEnter={enter}
        />
        <div className="sign-in-ways">
          {desk.stage === 'pin' && (
            <Button tone="quiet" onPress={() => setDesk({ ...desk, stage: 'code', pin: '', said: null })}>
              {words.haveCode}
            </Button>
          )}
          {desk.stage !== 'badge' && (
            <Button tone="quiet" onPress={() => setDesk(emptyDesk)}>
              {words.otherBadge}
            </Button>
          )}
        </div>
      </section>
    </main>
  );
}

function leadsOn({ stage }: Desk): boolean {
  return stage === 'badge' || stage === 'code' || stage === 'new-pin';
}

interface FieldProps {
  readonly desk: Desk;
  readonly words: SignInWords;
  readonly setDesk: (next: (desk: Desk) => Desk) => void;
  readonly enter: () => Promise<void>;
}

/** Badge and code are written out; of a PIN only how many digits there are. */
function Field({ desk, words, setDesk, enter }: FieldProps): ReactElement {
  // The keys on the page are enough for most badges; a keyboard of the device's own comes when it is asked for.
  const [hasLetters, setLetters] = useState(false);
  const { stage } = desk;
  if (stage === 'badge' || stage === 'code') {
    const isCode = stage === 'code';
    return (
      <div className="sign-in-field">
        <label htmlFor="written">{isCode ? words.code : words.badge}</label>
        <p id="written-hint">{isCode ? words.codeHint : words.badgeHint}</p>
        <div className="sign-in-line">
          <input
            key={`${stage}${hasLetters}`}
            id="written"
            className="figures"
            aria-describedby="written-hint"
            dir="ltr"
            inputMode={hasLetters || isCode ? 'text' : 'none'}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            maxLength={24}
            ref={(field) => field?.focus()}
            value={isCode ? desk.code : desk.badge}
            onChange={({ target: { value } }) =>
              setDesk((now) => ({ ...now, said: null, ...(isCode ? { code: value } : { badge: value }) }))
            }
            onKeyDown={(event) => {
              if (event.key === 'Enter') void enter();
            }}
          />
          {!isCode && (
            <Button tone="quiet" isPressed={hasLetters} onPress={() => setLetters(!hasLetters)}>
              {words.letters}
            </Button>
          )}
        </div>
      </div>
    );
  }
  const label = stage === 'pin' ? words.pin : stage === 'new-pin' ? words.newPin : words.again;
  const dots = Math.max(pinLengthMin, desk.pin.length);
  return (
    <div className="sign-in-field">
      <h2>{label}</h2>
      <p>{stage === 'pin' ? `${words.badge} ${desk.badge}` : words.newPinHint}</p>
      <p className="spoken-only" aria-live="polite">
        {words.digits(desk.pin.length)}
      </p>
      <div className="sign-in-dots" dir="ltr" aria-hidden>
        {Array.from({ length: dots }, (_, place) => place).map((place) => (
          <span key={place} className={place < desk.pin.length ? 'is-keyed' : ''} />
        ))}
      </div>
    </div>
  );
}

function SaidNotice({ said, words, language }: { said: Said; words: SignInWords; language: Language }): ReactElement {
  const text =
    said.kind === 'wrong'
      ? words.wrong(said.triesLeft)
      : said.kind === 'locked'
        ? words.locked(minuteText(said.until, language))
        : words[said.kind];
  return (
    <Notice tone="heed" icon={said.kind === 'locked' ? <Clock /> : <TriangleAlert />}>
      {text}
    </Notice>
  );
}

/** The minute from which on it is so: never too early. */
function minuteText(ms: number, language: Language): string {
  const minuteMs = 60_000;
  const next = Math.ceil(ms / minuteMs) * minuteMs;
  return new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(next);
}

function LanguageChoice({
  language,
  onChoose,
}: {
  language: Language;
  onChoose: (one: Language) => void;
}): ReactElement {
  return (
    <select
      className="sign-in-language"
      aria-label="Language · Sprache · Idioma · Langue · اللغة"
      value={language}
      onChange={({ target: { value } }) => onChoose(value as Language)}
    >
      {languages.map((one) => (
        <option key={one} value={one} lang={one}>
          {languageNames[one]}
        </option>
      ))}
    </select>
  );
}

/** Digits that are typed while no field has the focus: a keyboard beside the screen, or a scanner. */
function useTyping({
  desk,
  setDesk,
  enter,
}: Pick<FieldProps, 'desk' | 'enter'> & { setDesk: FieldProps['setDesk'] }): void {
  useEffect(() => {
    const hear = (event: KeyboardEvent): void => {
      const isElsewhere = event.target instanceof HTMLElement && event.target.closest('input, select, button') !== null;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (/^[0-9]$/.test(event.key) && !(event.target instanceof HTMLInputElement))
        setDesk((now) => keyed(now, event.key));
      else if (event.key === 'Backspace' && !isElsewhere) setDesk(erased);
      else if (event.key === 'Enter' && !isElsewhere) void enter();
    };
    addEventListener('keydown', hear);
    return () => removeEventListener('keydown', hear);
  }, [setDesk, enter]);
  // When a field goes, the focus goes with it to a key of the keypad that Enter would press: back to the page.
  useEffect(() => {
    if (desk.stage !== 'badge' && desk.stage !== 'code') (document.activeElement as HTMLElement | null)?.blur();
  }, [desk.stage]);
}
