/** Five languages, each by its own name. */
import { Button } from '@kairos/ui/button.tsx';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { languages } from '../words/languages.ts';
import { usePage } from './page-context.ts';

export function LanguageChoice(): ReactElement {
  const { t } = useTranslation();
  const { page, language } = usePage();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields; these act at once
    <div className="languages" role="group" aria-label={t('language.name')}>
      {languages.map((one) => (
        <Button
          key={one.code}
          lang={one.code}
          isPressed={one.code === language}
          tone="plain"
          onPress={() => page.set({ language: one.code })}
        >
          {one.name}
        </Button>
      ))}
    </div>
  );
}
