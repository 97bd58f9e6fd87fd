/// A normalisation by given statistics as what it does to a channel: multiply and add.
///
/// Shape: all `[C]`.
package struct NormalizationFactors {
    /// What every channel is multiplied by.
    package let factors: Tensor
    /// What is added to every channel afterwards.
    package let shifts: Tensor

    /// The factors of a normalisation whose input still lacks `bias`.
    ///
    /// Errors: traps when the counts differ.
    package init(
        mean: Tensor, variance: Tensor, epsilon: Double, scale: Tensor?, shift: Tensor?,
        bias: Tensor?
    ) throws {
        factors = mean.device.empty([mean.count])
        shifts = mean.device.empty([mean.count])
        let operands = [variance, scale, shift, bias].compactMap(\.self)
        require(
            operands.allSatisfy { $0.count == mean.count }, "\(mean.count) channels are normalised")
        for channel in 0..<mean.count {
            func value(_ tensor: Tensor?, _ absent: Double) -> Double {
                unsafe (tensor?.buffer[channel]).map(Double.init) ?? absent
            }
            let factor = value(scale, 1) / (value(variance, 1) + epsilon).squareRoot()
            unsafe factors.buffer[channel] = Float(factor)
            unsafe shifts.buffer[channel] = Float(
                value(shift, 0) + (value(bias, 0) - value(mean, 0)) * factor)
        }
    }
}

extension Tensor {
    /// The tensor with every row times its factor; as many rows as there are factors lie one behind the other.
    func timesRows(_ factors: Tensor) -> Tensor {
        let result = device.empty(shape)
        let width = count / factors.count
        let source = unsafe buffer
        let target = unsafe result.buffer
        for row in 0..<factors.count {
            let factor = unsafe factors.buffer[row]
            for place in row * width..<(row + 1) * width {
                unsafe target[place] = unsafe source[place] * factor
            }
        }
        return result
    }

    /// Whether two plain tensors hold the same bits, so that NaN equals itself.
    func hasSameBits(as other: Tensor) -> Bool {
        unsafe shape == other.shape
            && buffer.elementsEqual(other.buffer) { $0.bitPattern == $1.bitPattern }
    }
}
