/**
 * A short word that needs no message: what happened and what she can do. Amber where a person is needed, the voice's
 * own green where one is on the way, ink for the rest; never by colour alone, so each carries its sign.
 */
import './notice.css';
import type { ReactElement, ReactNode } from 'react';

export interface NoticeProps {
  readonly tone?: 'plain' | 'glad' | 'heed' | 'alarm';
  readonly icon: ReactNode;
  readonly children: ReactNode;
  readonly action?: ReactNode;
}

export function Notice({ tone = 'plain', icon, children, action }: NoticeProps): ReactElement {
  return (
    <div className={`notice notice-${tone}`}>
      <span className="notice-icon" aria-hidden>
        {icon}
      </span>
      <p>{children}</p>
      {action}
    </div>
  );
}
