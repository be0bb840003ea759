/** Phone numbers within a text, with all but the first two and last two digits hidden: `+15551234567` → `+15…67`. */
export const maskNumbers = (text: string): string => text.replace(/\+(\d{2})\d{4,11}(\d{2})(?!\d)/g, "+$1…$2");
