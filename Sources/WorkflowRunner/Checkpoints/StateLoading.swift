import Foundation
import NeuralNet
import TorchFile

/// Loads state dictionaries into models, and says in words what does not fit.
enum StateLoading {
    /// Loads what fits, or all where `strict`; the report of what did not, in MMCV's words.
    static func load(
        _ state: StateDictionary, into model: any Module, from path: String, strict: Bool
    ) throws -> String? {
        let own = try model.stateDictionary()
        var complete = state
        // Files from before PyTorch 0.4.1 do not count batches; the original does not mind.
        for name in own.names where name.hasSuffix("num_batches_tracked") && state[name] == nil {
            complete[name] = own[name]
        }
        let differences = try model.load(complete, onlyIfExact: strict)
        if differences.isEmpty { return nil }
        if strict { throw mismatch(differences, path) }
        guard state.names.count > differences.unexpected.count + differences.misshapen.count else {
            throw CheckpointError(
                file: path, problem: "nothing in it fits the model",
                remedy: differences.unexpected.first.map {
                    "its first entry is \($0), the model's \(own.names.first ?? "")"
                })
        }
        return report(differences)
    }

    /// The names as a list of (regular expression, replacement) makes them.
    static func revised(
        _ state: StateDictionary, _ revisions: [(pattern: String, replacement: String)]
    ) throws -> StateDictionary {
        let expressions = try revisions.map { pattern, replacement in
            do {
                // Python writes groups as \1 in replacements, Foundation as $1.
                let template = replacement.replacingOccurrences(
                    of: #"\\(\d)"#, with: #"\$$1"#, options: .regularExpression)
                return (try NSRegularExpression(pattern: pattern), template)
            } catch {
                throw RunnerError("revise_keys", "\"\(pattern)\" is not a regular expression")
            }
        }
        var result = StateDictionary()
        for name in state.names {
            var revised = name
            for (expression, template) in expressions {
                revised = expression.stringByReplacingMatches(
                    in: revised, range: NSRange(revised.startIndex..., in: revised),
                    withTemplate: template)
            }
            result[revised] = state[name]
        }
        return result
    }

    private static func report(_ differences: StateDifferences) -> String {
        var lines = ["The model and loaded state dict do not match exactly\n"]
        for (name, saved, model) in differences.misshapen {
            lines.append(
                "size mismatch for \(name): copying a param with shape torch.Size(\(saved)) from "
                    + "checkpoint, the shape in current model is torch.Size(\(model)).")
        }
        if !differences.unexpected.isEmpty {
            let names = differences.unexpected.joined(separator: ", ")
            lines.append("unexpected key in source state_dict: \(names)\n")
        }
        if !differences.missing.isEmpty {
            let names = differences.missing.joined(separator: ", ")
            lines.append("missing keys in source state_dict: \(names)\n")
        }
        return lines.joined(separator: "\n")
    }

    private static func mismatch(_ differences: StateDifferences, _ path: String)
        -> CheckpointError
    {
        let shapes = differences.misshapen.map {
            "\($0.name): shape \($0.saved) does not fit \($0.model) in the model"
        }
        let kinds = [
            (differences.missing, "missing"), (differences.unexpected, "unexpected"),
            (shapes, "of another shape"),
        ]
        let parts = kinds.filter { !$0.0.isEmpty }.map { entries, kind in
            // The first few tell what is going on; a whole network would not fit the screen.
            let shown = entries.prefix(3).joined(separator: ", ")
            return "\(entries.count) \(kind) (\(shown)\(entries.count > 3 ? ", …" : ""))"
        }
        return CheckpointError(
            file: path, path: "state_dict",
            problem: "it does not fit the model: " + parts.joined(separator: ", "),
            remedy: hint(differences))
    }

    /// What the user most likely has to change.
    private static func hint(_ differences: StateDifferences) -> String? {
        let averages = differences.unexpected.allSatisfy { $0.hasPrefix("ema_") }
        if averages, differences.missing.isEmpty, differences.misshapen.isEmpty {
            return
                "it was trained with EMAHook: add that to custom_hooks, or start from its weights with load_from"
        }
        let blocks = #"layer\d+\.\d+\."#
        let strangers = differences.missing + differences.unexpected
        if strangers.contains(where: { $0.range(of: blocks, options: .regularExpression) != nil }) {
            return "the checkpoint seems to be of another depth, check model.backbone.depth"
        }
        let heads = differences.misshapen.allSatisfy {
            $0.name.hasPrefix("head.") && $0.saved.dropFirst() == $0.model.dropFirst()
        }
        if strangers.isEmpty, heads, let first = differences.misshapen.first,
            let saved = first.saved.first, let model = first.model.first
        {
            return
                "the checkpoint has \(saved) classes, the model \(model): check model.head.num_classes"
        }
        if differences.misshapen.contains(where: {
            $0.name.range(of: blocks, options: .regularExpression) != nil
        }) {
            return "the checkpoint seems to be of another depth or width, check model.backbone"
        }
        return nil
    }
}
