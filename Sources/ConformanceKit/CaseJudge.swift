internal import ConfigCore

/// Decides whether a case passed.
struct CaseJudge {
    let families: [any CaseFamily]

    /// Runs a case.
    ///
    /// - Parameters:
    ///   - item: The case.
    ///   - hint: The name of its file, which decides where several families could run it.
    ///   - context: What running needs.
    /// - Returns: What is wrong, in short lines; nothing where the case passed.
    func failures(of item: OracleCase, hint: String, _ context: CaseContext) -> [String] {
        guard let family = family(of: item, hint: hint) else {
            return ["no family of this program runs such a case"]
        }
        do {
            try family.run(item, context)
        } catch let error as UnknownOperation {
            return [error.description]
        } catch let error as MalformedCase {
            return [error.description]
        } catch let mismatch as Mismatch {
            return item.deviation == .either ? [] : mismatch.differences
        } catch {
            return verdict(onError: error, item)
        }
        guard item.expectsError, item.deviation != .either else { return [] }
        return ["expected \(expectedError(item)), got a result"]
    }

    private func family(of item: OracleCase, hint: String) -> (any CaseFamily)? {
        let fitting = families.filter { $0.recognizes(item) }
        return fitting.first { hint.contains($0.name) } ?? fitting.first
    }

    private func verdict(onError error: any Error, _ item: OracleCase) -> [String] {
        if item.deviation == .either { return [] }
        guard item.expectsError else {
            return ["expected a result, got the error: \(short(error))"]
        }
        // An error without a text of its own tells a user nothing.
        guard type(of: error) is any CustomStringConvertible.Type, !"\(error)".isEmpty else {
            return [
                "expected \(expectedError(item)), got an error without a message: \(short(error))"
            ]
        }
        return []
    }

    private func expectedError(_ item: OracleCase) -> String {
        guard let error = item.expected["error"] else { return "an error" }
        let message = error["message"]?.string ?? ""
        return "an error (\(error["type"]?.string ?? "")\(message.isEmpty ? "" : ": \(message)"))"
    }

    private func short(_ error: any Error) -> String {
        let text = "\(error)".split(separator: "\n").joined(separator: " | ")
        return text.count > 300 ? "\(text.prefix(300))…" : text
    }
}
