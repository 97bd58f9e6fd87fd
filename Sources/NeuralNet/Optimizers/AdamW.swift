/// Adam whose weight decay shrinks the parameters directly.
///
/// Source: `torch.optim.AdamW`.
public final class AdamW: Adam {
    /// The original's name.
    public override var typeName: String { "AdamW" }

    /// Always, also where a saved state is from before groups said so.
    package override func decouplesWeightDecay(_ group: ParameterGroup) -> Bool { true }

    /// Settings as for `Adam`; `weight_decay` is 0.01 unless given.
    public convenience init(_ groups: [ParameterGroup], options: [(String, OptionValue)] = [])
        throws
    {
        try self.init(groups, options: options, weightDecay: 0.01, decoupled: true)
    }
}
