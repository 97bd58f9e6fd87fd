/// How a tensor's numbers are stored.
///
/// Parameters, statistics, losses and everything that is read is single precision; activations and
/// their gradients may be bfloat16 while a network computes.
public enum ElementType: String, Sendable, Hashable {
    case float32 = "fp32"
    case bfloat16 = "bf16"
}
