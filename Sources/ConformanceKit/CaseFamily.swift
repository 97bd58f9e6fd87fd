internal import ConfigCore
internal import TensorCore

/// What running a case may need beside the case itself.
struct CaseContext {
    let device: Device
    /// The folder of the oracle file.
    let folder: String
    /// What the file says beside its cases.
    let file: ConfigNode
}

/// One kind of oracle file, and the way its cases run through the program.
protocol CaseFamily {
    /// The name of the family, which its files usually carry.
    var name: String { get }

    /// Whether a case is of this family, judged by its contents.
    func recognizes(_ item: OracleCase) -> Bool

    /// Runs a case and compares the results.
    ///
    /// An error of the program leaves this as it is thrown; whether it was due is decided by the
    /// caller.
    /// - Throws: `Mismatch` where results differ; `UnknownOperation` and `MalformedCase` where the
    ///   case cannot be run.
    func run(_ item: OracleCase, _ context: CaseContext) throws
}

/// Results that differ from what was recorded.
struct Mismatch: Error {
    /// One line a difference, with the expected and the actual value.
    let differences: [String]
}

/// Something a case asks for that the program does not have.
struct UnknownOperation: Error, CustomStringConvertible {
    let description: String

    init(_ operation: String) { description = "unknown operation \(operation)" }
}

/// A case that does not have the form of its family.
struct MalformedCase: Error, CustomStringConvertible {
    let description: String

    init(_ problem: String) { description = "malformed case: \(problem)" }
}
