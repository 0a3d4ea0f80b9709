/** What stands in the place of a secret wherever something is printed, stored in a bundle or quoted as evidence. */
export const secretMark = '‹secret›';
