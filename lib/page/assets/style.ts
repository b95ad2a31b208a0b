/**
 * The style sheet: one column that fits a phone, light and dark by the reader's
 * setting, and every pair of colours with a contrast of at least 4.5 to 1.
 *
 * The token's field shows what is pasted while it has the focus, so that a
 * person can see that it is the token and not whatever the clipboard held; when
 * the focus leaves it, dots take the place of the characters, where the browser
 * knows how. A field that hid them from the start could not hold several lines,
 * and a whole mail pasted by mistake would look like a token.
 */
export const STYLE = `:root {
  color-scheme: light dark;
  --ground: #ffffff;
  --raised: #f3f5f8;
  --text: #1b2430;
  --quiet: #4a5666;
  --line: #7c8796;
  --accent: #0b57b8;
  --on-accent: #ffffff;
  --good: #17663a;
  --bad: #a3180f;
  --bad-ground: #fdf0ef;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12161c;
    --raised: #1c222b;
    --text: #e8ecf2;
    --quiet: #b0bac7;
    --line: #78859a;
    --accent: #8ab8ff;
    --on-accent: #0c1420;
    --good: #7fd6a3;
    --bad: #ffaaa3;
    --bad-ground: #2d1715;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0 auto;
  padding: 1rem 1rem 3rem;
  max-width: 42rem;
  background: var(--ground);
  color: var(--text);
  font: 1rem/1.6 system-ui, -apple-system, 'Segoe UI', Roboto, 'Hiragino Sans', 'Noto Sans CJK JP', 'Yu Gothic UI', sans-serif;
  overflow-wrap: anywhere;
}
:lang(ja) { line-height: 1.8; word-break: normal; line-break: strict; }
h1 { font-size: 1.6rem; line-height: 1.3; margin: 1.5rem 0 0.75rem; }
h2 { font-size: 1.1rem; line-height: 1.4; margin: 2rem 0 0.5rem; }
p, ul, ol, dl { margin: 0 0 1rem; }
li { margin-bottom: 0.4rem; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
h1:focus-visible, main:focus-visible { outline: none; }
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 0.95em; }
.lead { font-size: 1.1rem; }
.hint, .quiet { color: var(--quiet); }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; background: var(--ground); padding: 0.5rem; }
.unseen {
  position: absolute;
  width: 1px;
  height: 1px;
  margin: -1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
.top { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 1rem; justify-content: space-between; color: var(--quiet); }
.top p, .top ul { margin: 0; padding: 0; }
.top ul { display: flex; gap: 0.25rem; list-style: none; }
.top li { margin: 0; }
.top a, .top [aria-current] { display: inline-block; padding: 0.6rem 0.5rem; }
.top [aria-current] { font-weight: 600; }
.problem {
  border: 2px solid var(--bad);
  border-radius: 0.5rem;
  background: var(--bad-ground);
  padding: 0.75rem 1rem;
  margin: 1rem 0;
}
.problem p { margin: 0; }
.problem-title { color: var(--bad); font-weight: 700; }
form { background: var(--raised); border-radius: 0.5rem; padding: 1rem; margin: 1.5rem 0; }
label { display: block; font-weight: 600; }
.hint { margin: 0 0 0.5rem; }
textarea, input {
  display: block;
  width: 100%;
  margin: 0 0 1rem;
  padding: 0.6rem 0.75rem;
  border: 2px solid var(--line);
  border-radius: 0.375rem;
  background: var(--ground);
  color: var(--text);
  font: 1rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
}
textarea { min-height: 5.5rem; resize: vertical; }
textarea:not(:focus) { -webkit-text-security: disc; }
[aria-invalid='true'] { border-color: var(--bad); }
button {
  display: block;
  width: 100%;
  min-height: 3rem;
  padding: 0.6rem 1.25rem;
  border: 2px solid transparent;
  border-radius: 0.375rem;
  background: var(--accent);
  color: var(--on-accent);
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}
button[aria-disabled='true'] { background: var(--raised); border-color: var(--line); color: var(--text); cursor: progress; }
.attempts { font-weight: 600; }
summary { min-height: 2.75rem; padding: 0.5rem 0; font-weight: 600; cursor: pointer; }
.steps { list-style: none; padding: 0; }
.steps li { border-left: 0.3rem solid var(--line); padding: 0.25rem 0 0.25rem 0.9rem; color: var(--quiet); }
.steps .is-done { border-color: var(--good); color: var(--text); }
.steps .is-current { border-color: var(--accent); color: var(--text); font-weight: 600; }
.step-state { display: block; font-size: 0.9rem; font-weight: 400; }
.is-done .step-state { color: var(--good); }
.facts { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: 0.25rem 1.25rem; }
.facts dt { color: var(--quiet); }
.facts dd { margin: 0; }
.original { color: var(--quiet); }
@media (min-width: 40rem) {
  body { padding-top: 1.5rem; }
  button { width: auto; }
}
@media (max-width: 24rem) {
  .facts { grid-template-columns: 1fr; }
  .facts dd { margin-bottom: 0.5rem; }
}
@media (prefers-reduced-motion: no-preference) {
  .is-current { animation: breathe 2s ease-in-out infinite alternate; }
  @keyframes breathe { from { border-color: var(--accent); } to { border-color: var(--line); } }
}
@media (forced-colors: active) {
  button, .problem { border-color: CanvasText; }
}
@media print {
  .top ul, .skip, button { display: none; }
}
`;
