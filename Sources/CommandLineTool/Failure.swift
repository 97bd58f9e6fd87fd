import ArgumentParser
import Experiments
import Foundation

/// What a failed command says, and its exit code.
struct Failure {
    private let error: any Error

    init(_ error: any Error) { self.error = error }

    /// Writes the message and gives the exit code.
    func report<Root: ParsableCommand>(by root: Root.Type) -> Int32 {
        guard let code = Diagnosis(error) else {
            let code = root.exitCode(for: error)
            let text = root.fullMessage(for: error)
            if !text.isEmpty {
                let stream: FileHandle = code.isSuccess ? .standardOutput : .standardError
                try? stream.write(contentsOf: Data((text + "\n").utf8))
            }
            return code.rawValue
        }
        try? FileHandle.standardError.write(contentsOf: Data("\(error)\n".utf8))
        return code.exitCode
    }
}
