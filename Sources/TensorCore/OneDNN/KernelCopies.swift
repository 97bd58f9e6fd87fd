/// Copies of a weight in the layouts that kernels want, good until the weight changes.
package final class KernelCopies {
    private var copies: [Tensor] = []
    /// Copies of the weight with its rows times factors, and the factors.
    private var scaled: (factors: Tensor, copies: [Tensor])?
    /// What kernels make of the weight beside other layouts, and for whom.
    private var forms: [(owner: AnyObject, form: Tensor)] = []

    package init() {}

    /// Drops the copies: the weight has changed.
    package func invalidate() {
        copies.removeAll(keepingCapacity: true)
        scaled = nil
        forms.removeAll(keepingCapacity: true)
    }

    /// A kernel's own form of the weight, made on first use after a change.
    func form(for owner: AnyObject, make: () throws -> Tensor) rethrows -> Tensor {
        if let known = forms.first(where: { $0.owner === owner }) { return known.form }
        let form = try make()
        forms.append((owner, form))
        return form
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
