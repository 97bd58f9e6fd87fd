internal import COneDNN

extension Tensor {
    /// The same values in row-major order; itself where they already lie so.
    public func plain() throws -> Tensor {
        isPlain ? self : try laidOut(as: device.kernels.plainLayout(shape))
    }

    /// The same values in another layout; itself where they already lie so.
    func laidOut(as layout: Layout) throws -> Tensor {
        if layout === self.layout { return self }
        let target = device.empty(shape, layout: layout)
        try copy(into: target, adding: false)
        return target
    }

    /// The same values in memory of their own.
    package func copy() throws -> Tensor {
        let target = device.empty(shape, layout: layout)
        try copy(into: target, adding: false)
        return target
    }

    /// Replaces the values in place, or adds to them, whatever the layouts.
    package func assign(_ source: Tensor, adding: Bool) throws {
        require(shape == source.shape, "\(source.shape) is assigned to \(shape)")
        try source.copy(into: self, adding: adding)
    }

    private func copy(into target: Tensor, adding: Bool) throws {
        if isPlain && target.isPlain {
            return forEachPart { start, count in
                let (source, target) = unsafe (pointer + start, target.pointer + start)
                guard adding else { return unsafe target.update(from: source, count: count) }
                for place in 0..<count { unsafe target[place] += source[place] }
            }
        }
        let library = device.kernels
        let key = KernelKey(adding ? "reorder, adding" : "reorder", [], [layout, target.layout])
        let primitive = try library.kernel(key) {
            try Primitive.reorder(library, from: layout, to: target.layout, adding: adding)
        }
        try primitive.run([(DNNL_ARG_FROM, self), (DNNL_ARG_TO, target)])
    }
}
