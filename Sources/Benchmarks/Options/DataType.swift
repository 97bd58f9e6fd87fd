import ArgumentParser

/// The number format that a step computes in.
enum DataType: String, CaseIterable, ExpressibleByArgument {
    case fp32
    case bf16
}
