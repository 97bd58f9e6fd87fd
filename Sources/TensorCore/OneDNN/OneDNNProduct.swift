internal import COneDNN

/// A factor of a matrix product: its numbers, the length of its rows, and whether it is transposed.
typealias MatrixFactor = (pointer: UnsafeMutablePointer<Float>, rowLength: Int, isTransposed: Bool)

/// `result = left · right + beta * result` by the kernel library, row-major.
@unsafe
func multiplyInOneDNN(
    rows: Int, columns: Int, depth: Int, left: MatrixFactor, right: MatrixFactor,
    into result: UnsafeMutablePointer<Float>, beta: Float
) throws {
    func letter(_ isTransposed: Bool) -> CChar { isTransposed ? 84 : 78 }  // T, N
    try unsafe check(
        dnnl_sgemm(
            letter(left.isTransposed), letter(right.isTransposed), Int64(rows), Int64(columns),
            Int64(depth), 1, left.pointer, Int64(left.rowLength), right.pointer,
            Int64(right.rowLength), beta, result, Int64(columns)), "dnnl_sgemm")
}
