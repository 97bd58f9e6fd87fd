internal import COpenBLAS
import Foundation
import Synchronization

/// Single-precision matrix products.
///
/// OpenBLAS computes them where it runs on the kernels' thread pool (OpenMP). Its pthread build has a
/// pool of its own, and two pools on the same cores halve the speed; then oneDNN's product serves.
struct MatrixProduct {
    /// OpenBLAS follows OpenMP's thread count in one buffer table for the whole process: a product that
    /// begins with another count replaces the buffers of one that is running.
    private static let openBLAS = Mutex(())

    private let usesOpenBLAS: Bool
    let description: String
    /// What an exported setting of OpenBLAS takes from it; nil where nothing does.
    let warning: String?

    init(threads: Int) {
        usesOpenBLAS = openblas_get_parallel() == OPENBLAS_OPENMP
        let core = unsafe openblas_get_corename().map { unsafe String(cString: $0) } ?? ""
        if usesOpenBLAS {
            Self.openBLAS.withLock { _ in openblas_set_num_threads(Int32(threads)) }
            description = "OpenBLAS (OpenMP, \(core))"
            warning = ProcessInfo.processInfo.environment["OPENBLAS_CORETYPE"].map {
                "OPENBLAS_CORETYPE=\($0) is exported: OpenBLAS multiplies matrices with its \(core) "
                    + "kernels whatever this processor has, which can be slower; unset it"
            }
        } else {
            description = "dnnl_sgemm (OpenBLAS here is not the OpenMP build)"
            warning = nil
        }
    }

    /// `result = left · right (+ result)`, either factor transposed on request; all plain and row-major.
    ///
    /// Shape: result `[M, N]`, left `[M, K]` or its transpose, right `[K, N]` or its transpose.
    func multiply(
        _ left: Tensor, transposingLeft transposeLeft: Bool = false, times right: Tensor,
        transposingRight transposeRight: Bool = false, into result: Tensor, adding: Bool
    ) throws {
        let (rows, columns) = (result.shape[0], result.shape[1])
        let depth = left.shape[transposeLeft ? 0 : 1]
        require(
            left.isPlain && right.isPlain && result.isPlain
                && left.shape[transposeLeft ? 1 : 0] == rows
                && right.shape == (transposeRight ? [columns, depth] : [depth, columns]),
            "product of \(left.shape) and \(right.shape) into \(result.shape)")
        let beta: Float = adding ? 1 : 0
        let library = result.device.kernels
        library.setThreadCount()
        let start = library.recorder == nil ? 0 : OperationRecorder.now
        if usesOpenBLAS {
            Self.openBLAS.withLock { _ in
                unsafe cblas_sgemm(
                    CblasRowMajor, transposeLeft ? CblasTrans : CblasNoTrans,
                    transposeRight ? CblasTrans : CblasNoTrans, Int32(rows), Int32(columns),
                    Int32(depth), 1, left.pointer, Int32(left.shape[1]), right.pointer,
                    Int32(right.shape[1]), beta, result.pointer, Int32(columns))
            }
        } else {
            try unsafe multiplyInOneDNN(
                rows: rows, columns: columns, depth: depth,
                left: (left.pointer, left.shape[1], transposeLeft),
                right: (right.pointer, right.shape[1], transposeRight),
                into: result.pointer, beta: beta)
        }
        library.recorder?.add("matrix product", .kernel, from: start)
    }
}
