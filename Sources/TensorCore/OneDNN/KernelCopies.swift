/// Copies of a weight in the layouts that kernels want, good until the weight changes.
package final class KernelCopies {
    private var copies: [Tensor] = []
    /// Copies of the weight with its rows times factors, and the factors.
    private var scaled: (factors: Tensor, copies: [Tensor])?

    package init() {}

    /// Drops the copies: the weight has changed.
    package func invalidate() {
        copies.removeAll(keepingCapacity: true)
        scaled = nil
    }

    /// The weight in that layout, copied on first use after a change.
    func copy(of weight: Tensor, as layout: Layout) throws -> Tensor {
        if weight.layout === layout { return weight }
        if let known = copies.first(where: { $0.layout === layout }) { return known }
        // From one blocked layout to another is half the way from rows.
        let source = copies.first { $0.layout.isBlocked && layout.isBlocked } ?? weight
        let copy = try source.laidOut(as: layout)
        copies.append(copy)
        return copy
    }

    /// The weight with its rows times `factors`, made on first use after a change of either.
    ///
    /// Nobody tells when factors change, which statistics and parameters of other layers are made
    /// into: their values are compared.
    func copy(of weight: Tensor, times factors: Tensor, as layout: Layout) throws -> Tensor {
        let known = scaled.flatMap { $0.factors.hasSameBits(as: factors) ? $0.copies : nil } ?? []
        if let copy = known.first(where: { $0.layout === layout }) { return copy }
        let copy = try weight.timesRows(factors).laidOut(as: layout)
        scaled = (factors, known + [copy])
        return copy
    }
}
