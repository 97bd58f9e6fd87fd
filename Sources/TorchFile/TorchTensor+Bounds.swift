extension TorchTensor {
    /// A view may show an element several times (`expand`); this many elements beyond its
    /// storage's own are taken for an attack on the reader's memory.
    private static let largestExpansion = 1 << 24

    /// Why the view does not fit the storage, or nil if it does.
    static func problem(
        storage: TorchStorage, elementType: ElementType, shape: [Int], strides: [Int], offset: Int
    ) -> String? {
        let available = storage.byteCount / elementType.byteCount
        let view = "the tensor of shape \(shape)"
        guard shape.count == strides.count else {
            return "\(view) has \(strides.count) strides"
        }
        guard offset >= 0, shape.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 0 }) else {
            return "\(view), strides \(strides) and offset \(offset) has a negative number"
        }
        guard let count = product(shape), let end = end(shape, strides, offset) else {
            return "\(view) is too large"
        }
        guard end <= available else {
            return "\(view), strides \(strides) and offset \(offset) reaches element \(end - 1) "
                + "of a storage of \(available) elements"
        }
        guard count <= max(available, largestExpansion) else {
            return "\(view) repeats a storage of \(available) elements too often"
        }
        return nil
    }

    private static func product(_ shape: [Int]) -> Int? {
        if shape.contains(0) {
            return 0
        }
        var count = 1
        for extent in shape {
            let (result, overflow) = count.multipliedReportingOverflow(by: extent)
            guard !overflow else { return nil }
            count = result
        }
        return count
    }

    /// One beyond the last element that the view touches.
    private static func end(_ shape: [Int], _ strides: [Int], _ offset: Int) -> Int? {
        if shape.contains(0) {
            return 0
        }
        var last = offset
        for (extent, stride) in zip(shape, strides) {
            let (reach, tooFar) = (extent - 1).multipliedReportingOverflow(by: stride)
            let (sum, overflow) = last.addingReportingOverflow(reach)
            guard !tooFar, !overflow, sum < Int.max else { return nil }
            last = sum
        }
        return last + 1
    }
}
