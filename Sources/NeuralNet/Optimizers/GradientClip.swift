/// How gradients are kept small before a step.
///
/// Source: `torch.nn.utils.clip_grad_norm_` and `clip_grad_value_`.
public enum GradientClip: Sendable, Equatable {
    /// Scales all gradients so that their joint norm of that order is at most `maximum`.
    case norm(maximum: Double, order: Double = 2)
    /// Cuts every element to `-maximum...maximum`.
    case value(maximum: Double)
}
