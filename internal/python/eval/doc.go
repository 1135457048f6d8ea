// Package eval interprets Python modules that configure something, abstractly: without side effects, bounded in steps, depth and memory.
//
// A run is one world: every value in it is known or unknown, and carries its origin. Where a run had to decide
// what it could not know (is this variable set? is this condition true?), further runs take the other decision;
// see Explore.
//
// # Unknown values
//
// The rule above all others: a value given as known is what Python would have. These keep it without losing more than they must.
//
//   - An operation on something unknown is unknown, for the same reason. What is known of its type or truth is kept
//     (a text that a variable holds is a str, and not empty), so that `x is None` and `if x` can still be answered.
//   - A list, tuple or set with unknown elements keeps the known ones; the others are one spread element (Value.IsSpread).
//   - A dictionary that was updated with something unknown is open, and the values that it held before are unknown: they may have been replaced.
//   - A loop over unknown elements runs its body once, weakly: names that it sets are joined with what they were, what it appends is a
//     spread element, what it stores makes the dictionary open, an exception that it raises may not happen.
//   - Where a test says how an unknown name begins (name.startswith("SOCIAL_AUTH_")), storing under it in globals() changes only names that
//     begin so, and only such names may exist beside those that are known (World.OpenPrefixes).
//   - A function of a package that is not in the project may change a container that it was given by name: lists and sets get a spread
//     element, dictionaries become open with unknown values, and of globals() or locals() every setting becomes unknown. Containers
//     that are written in the call itself, and those nested in its arguments, are left alone. A call of a CapWords name is taken for a
//     constructor, which changes nothing.
//   - A star import from such a package makes every setting that was set before it unknown, and names that are set nowhere may exist.
//   - A statement of a module that uses up its steps or memory is given up: the names that it binds are unknown, containers that it
//     mentions are open. The statements after it run.
//
// # Decisions
//
// A variable that nobody has spoken of has its default in the first world. A branch on a value that came from it leads to a world in which
// the variable is set: to a text that it is compared with, to the other truth value where it is read as one, or else to something unknown,
// which then takes the other arm. The same text is there wherever the variable is read, so tests of it agree.
// A required variable is assumed to be set to something unknown, as are variables and files without which the module fails to import:
// a deployment that works has them. Such variables are Required.
// A condition that is unknown for another reason is taken as false at first, and comparisons of unknown values as unequal.
package eval
