// Where the command line's renderings find figures for people: the live view writes them the same way.
export { bar, bytesText, exact, lockedFor, money, moneyAtLeast, nanosOf, percent, plural, shareOf, short } from '../../core/text/figures.ts'
