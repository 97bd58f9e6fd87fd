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
            // Waking other threads costs more than most such copies do.
            device.kernels.inParallel(count, partSize: 1 << 16) { part in
                let values = unsafe UnsafeBufferPointer(rebasing: buffer[part])
                let places = unsafe UnsafeMutableBufferPointer(rebasing: target.buffer[part])
                guard adding else { return _ = unsafe places.update(fromContentsOf: values) }
                for place in places.indices { unsafe places[place] += values[place] }
            }
            return
        }
        let library = device.kernels
        let key = KernelKey(adding ? "reorder, adding" : "reorder", [], [layout, target.layout])
        let primitive = try library.kernel(key) {
            try Primitive.reorder(library, from: layout, to: target.layout, adding: adding)
        }
        try primitive.run([(DNNL_ARG_FROM, self), (DNNL_ARG_TO, target)])
    }
}
