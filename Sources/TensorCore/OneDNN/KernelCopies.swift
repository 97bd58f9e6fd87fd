/// Copies of a weight in the layouts that kernels want, good until the weight changes.
package final class KernelCopies {
    private var copies: [Tensor] = []

    package init() {}

    /// Drops the copies: the weight has changed.
    package func invalidate() { copies.removeAll(keepingCapacity: true) }

    /// The weight in that layout, copied on first use after a change.
    func copy(of weight: Tensor, as layout: Layout) throws -> Tensor {
        if weight.layout === layout { return weight }
        if let known = copies.first(where: { $0.layout === layout }) { return known }
        let copy = try weight.laidOut(as: layout)
        copies.append(copy)
        return copy
    }
}
