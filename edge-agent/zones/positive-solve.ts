/** Solves a small system whose matrix is symmetric and positive definite, by Cholesky's decomposition. */

/** The inverse of `matrix` times `values`. Throws where the matrix is not positive definite. */
export function inverseTimes(matrix: readonly (readonly number[])[], values: readonly number[]): number[] {
  const lower = decompose(matrix);
  const size = values.length;
  const forward: number[] = [];
  for (let row = 0; row < size; row += 1) {
    const line = lower[row] as number[];
    let rest = values[row] as number;
    for (let column = 0; column < row; column += 1) rest -= (line[column] as number) * (forward[column] as number);
    forward.push(rest / (line[row] as number));
  }
  const solved = new Array<number>(size).fill(0);
  for (let row = size - 1; row >= 0; row -= 1) {
    let rest = forward[row] as number;
    for (let below = row + 1; below < size; below += 1) {
      rest -= ((lower[below] as number[])[row] as number) * (solved[below] as number);
    }
    solved[row] = rest / ((lower[row] as number[])[row] as number);
  }
  return solved;
}

function decompose(matrix: readonly (readonly number[])[]): number[][] {
  const lower: number[][] = [];
  matrix.forEach((line, row) => {
    const own: number[] = [];
    for (let column = 0; column <= row; column += 1) {
      let rest = line[column] as number;
      const other = column === row ? own : (lower[column] as number[]);
      for (let before = 0; before < column; before += 1) rest -= (own[before] as number) * (other[before] as number);
      if (column < row) own.push(rest / (other[column] as number));
      else if (rest > 0) own.push(Math.sqrt(rest));
      else throw new RangeError(`row ${row} makes the matrix not positive definite`);
    }
    lower.push(own);
  });
  return lower;
}
