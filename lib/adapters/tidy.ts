/** A text of Salesforce's: one line, without anything that looks like markup, of a length that a person reads. */
export function tidy(text: string): string {
  return text
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200);
}
