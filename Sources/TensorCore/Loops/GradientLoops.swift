internal import CVectorLoops
import Foundation

extension Tensor {
    /// The norm of a plain tensor's values, of any order above 0, infinity included.
    package func norm(order: Double) throws -> Double {
        if order == 2 {
            return sumOfParts { unsafe vector_loops_sum_of_squares(pointer + $0, $1) }.squareRoot()
        }
        let values = unsafe buffer
        if order.isInfinite {
            return unsafe values.reduce(0) { max($0, Double(abs($1))) }
        }
        return unsafe pow(values.reduce(0) { $0 + pow(Double(abs($1)), order) }, 1 / order)
    }

    /// Multiplies a plain tensor's values in place.
    package func scale(by factor: Float) throws {
        require(isPlain, "a kernel's layout is scaled in place")
        forEachPart { unsafe vector_loops_scale(pointer + $0, $1, factor) }
    }

    /// Cuts a plain tensor's values in place to `-limit...limit`.
    package func clamp(to limit: Float) throws {
        require(isPlain, "a kernel's layout is cut in place")
        forEachPart { unsafe vector_loops_clamp(pointer + $0, $1, limit) }
    }

    /// Whether every value is a finite number.
    package func isFinite() throws -> Bool {
        let plain = try plain()
        return unsafe plain.buffer.allSatisfy(\.isFinite)
    }
}
