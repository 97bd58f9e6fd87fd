import ConfigCore

/// What the configs of all metrics have in common.
struct MetricSettings {
    let prefix: String?

    /// Reads `prefix`, and `collect_device` and `collect_dir`, which one process has no use for.
    init(_ reader: inout ConfigReader) throws {
        let prefix: String? = try reader.optional("prefix")
        self.prefix = prefix?.isEmpty == true ? nil : prefix
        let device = try reader.value("collect_device", default: "cpu")
        guard ["cpu", "gpu"].contains(device) else {
            throw reader.failure("collect_device", "", expected: "\"cpu\" or \"gpu\"")
        }
        let folder: String? = try reader.optional("collect_dir")
        guard folder == nil || device == "cpu" else {
            throw reader.failure(
                "collect_dir", "is for collect_device=\"cpu\" only", remedy: "leave one of them out"
            )
        }
    }
}

extension ConfigReader {
    /// `thrs`: a number, nothing, or a list of such.
    mutating func thresholds() throws -> [Double?] {
        guard let node = node("thrs") else { return [0] }
        if node.isNull { return [nil] }
        let path = path(to: "thrs")
        guard node.list != nil else { return [try Double(config: node, at: path)] }
        let thresholds = try [Double?](config: node, at: path)
        guard !thresholds.isEmpty else { throw failure("thrs", "names no threshold") }
        return thresholds
    }

    /// `items` of precision, recall, f1-score and support.
    mutating func rateItems() throws -> [RateItem] {
        guard let names = try optional("items", as: [String].self) else {
            return [.precision, .recall, .f1Score]
        }
        return try names.map { name in
            guard let item = RateItem(rawValue: name) else {
                throw unknown(
                    "items", name, kind: "item", among: RateItem.allCases.map(\.rawValue))
            }
            return item
        }
    }

    /// `average`: a word or nothing.
    mutating func average(among modes: [RateAverage]) throws -> RateAverage {
        guard let node = node("average") else { return .macro }
        if node.isNull { return .classwise }
        let words = modes.filter { $0 != .classwise }.map(\.rawValue)
        guard let word = node.string, words.contains(word) else {
            let quoted = words.map { "\"\($0)\"" }.joined(separator: ", ")
            throw failure("average", "", expected: "\(quoted) or nothing")
        }
        return RateAverage(rawValue: word) ?? .macro
    }
}

/// What becomes of the rates of single classes.
public enum RateAverage: String, Sendable {
    /// Their mean.
    case macro
    /// The rate of all classes' samples together.
    case micro
    /// They are given one by one.
    case classwise

    /// What names of rates end in.
    var suffix: String {
        switch self {
        case .macro: ""
        case .micro: "_micro"
        case .classwise: "_classwise"
        }
    }
}
