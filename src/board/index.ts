/** Door of `board`: firmware on a real board, flashed over its probe and measured over its serial port. */
export {
  type BoardInference,
  type BoardOptions,
  type BoardRequest,
  measureOnBoard,
} from './measure-on-board.ts';
