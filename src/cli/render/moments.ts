// Where the command line's renderings find moments for people: the live view writes them the same way.
export { agoText, dayAndTime, fromThenOn, momentText, preciseText, untilText, wallTime } from '../../core/text/moments.ts'
