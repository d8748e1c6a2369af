// Runs before every test file, in its own worker: the last place where a real home can be noticed.
import { assertCleanEnvironment } from './home.ts'

assertCleanEnvironment()
