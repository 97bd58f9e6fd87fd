extension Tensor {
    /// Sets a plain tensor to `keep * self + share * other`.
    package func average(keeping keep: Float, adding other: Tensor, times share: Float) throws {
        require(
            isPlain && other.isPlain && count == other.count,
            "an average of \(shape) and \(other.shape)")
        let (own, others) = unsafe (pointer, other.pointer)
        for place in 0..<count {
            unsafe own[place] = own[place] * keep + others[place] * share
        }
    }

    /// Exchanges the values of two plain tensors.
    package func exchange(with other: Tensor) throws {
        require(
            isPlain && other.isPlain && count == other.count,
            "an exchange of \(shape) and \(other.shape)")
        let (own, others) = unsafe (pointer, other.pointer)
        for place in 0..<count {
            let value = unsafe own[place]
            unsafe own[place] = others[place]
            unsafe others[place] = value
        }
    }
}
