internal import ConfigCore
public import Foundation
import TorchFile

/// Finds checkpoints by path or by the names and addresses that configs of the originals use.
///
/// Nothing is downloaded: names and addresses are looked up where the originals keep what they
/// downloaded, and a file that is not there is an error with the command that gets it.
/// Source: `CheckpointLoader` of MMCV, `torch.hub.load_state_dict_from_url`.
public struct CheckpointFinder: Sendable {
    /// A checkpoint on this machine.
    public struct Location: Sendable, Equatable {
        /// The file.
        public var path: String
        /// What kind of name led to it, in the words of MMCV's log (`local`, `http`, `torchvision` …).
        public var kind: String
        /// Only entries below this prefix count, and lose it.
        public var prefix: String?
        /// What the user should know about the name.
        public var note: String?
    }

    /// Where PyTorch keeps downloads.
    public let torchCache: String
    /// Where MMCV keeps downloads, and a table of further names.
    public let mmcvCache: String

    /// A finder for the caches that the environment variables name as the originals read them:
    /// `TORCH_HOME`, `MMCV_HOME`, `XDG_CACHE_HOME`, `HOME`.
    public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        let home = environment["HOME"] ?? NSHomeDirectory()
        func folder(_ variable: String) -> String? {
            environment[variable].flatMap { $0.isEmpty ? nil : Self.expanding($0, home) }
        }
        let caches = folder("XDG_CACHE_HOME") ?? "\(home)/.cache"
        torchCache = (folder("TORCH_HOME") ?? "\(caches)/torch") + "/hub/checkpoints"
        mmcvCache = folder("MMCV_HOME") ?? "\(caches)/mmcv"
    }

    private static func expanding(_ path: String, _ home: String) -> String {
        path == "~" || path.hasPrefix("~/") ? home + path.dropFirst() : path
    }

    /// The file that a path, name or address means.
    ///
    /// Errors: throws `CheckpointError` where there is none, with the command that downloads it.
    public func locate(_ name: String) throws -> Location {
        if name.hasPrefix("pavi://")
            || name.range(of: #"^(\S+:)?s3://"#, options: .regularExpression) != nil
        {
            throw CheckpointError(
                file: name, problem: "storage services are not supported",
                remedy: "copy the file to this machine and give its path")
        }
        for scheme in ["modelzoo", "torchvision", "open-mmlab", "openmmlab", "mmcls"]
        where name.hasPrefix("\(scheme)://") {
            return try locate(name, scheme, String(name.dropFirst(scheme.count + 3)))
        }
        if Self.isAddress(name) {
            return Location(path: try cached(name, for: name), kind: "http")
        }
        let path = NSString(string: name).expandingTildeInPath
        guard FileManager.default.fileExists(atPath: path) else {
            throw CheckpointError(
                file: name, problem: "no such file", remedy: "give the path of a .pth checkpoint")
        }
        return Location(path: path, kind: "local")
    }

    private static func isAddress(_ name: String) -> Bool {
        name.hasPrefix("http://") || name.hasPrefix("https://")
    }

    private func locate(_ name: String, _ scheme: String, _ model: String) throws -> Location {
        switch scheme {
        case "modelzoo", "torchvision":
            // `ResNet50_Weights.IMAGENET1K_V1` is a way to say `resnet50.imagenet1k_v1`.
            let key = model.lowercased().replacingOccurrences(of: "_weights", with: "")
            guard let address = ModelZoo.torchvision(key) else {
                throw Self.unknown(name, key, among: ModelZoo.torchvisionFiles.keys)
            }
            return Location(
                path: try cached(address, for: name), kind: "torchvision",
                note: scheme == "modelzoo"
                    ? "\(name): modelzoo:// is deprecated, write torchvision://\(model)" : nil)
        case "mmcls":
            guard let address = ModelZoo.mmcls(model) else {
                throw Self.unknown(name, model, among: ModelZoo.mmclsFiles.keys)
            }
            return Location(
                path: try cached(address, for: name), kind: "mmcls", prefix: "backbone.")
        default:
            guard let place = ownNames()[model] ?? ModelZoo.openMMLab(model) else {
                throw Self.unknown(name, model, among: ModelZoo.openMMLabFiles.keys)
            }
            if Self.isAddress(place) {
                return Location(
                    path: try cached(place, for: name), kind: "openmmlab",
                    note: ModelZoo.renamed[model].map {
                        "\(name) is deprecated, write \(scheme)://\($0)"
                    })
            }
            let path = place.hasPrefix("/") ? place : "\(mmcvCache)/\(place)"
            guard FileManager.default.fileExists(atPath: path) else {
                throw CheckpointError(file: name, problem: "\(path): no such file")
            }
            return Location(path: path, kind: "openmmlab")
        }
    }

    /// The names that the user's `open_mmlab.json` in MMCV's cache adds.
    private func ownNames() -> [String: String] {
        guard let table = try? Config.load(path: "\(mmcvCache)/open_mmlab.json").root.mapping else {
            return [:]
        }
        return Dictionary(
            table.compactMap { key, node in node.string.map { (key, $0) } },
            uniquingKeysWith: { $1 })
    }

    /// The file that was downloaded from an address.
    private func cached(_ address: String, for name: String) throws -> String {
        guard let file = URL(string: address)?.lastPathComponent, !file.isEmpty, file != "/" else {
            throw CheckpointError(file: name, problem: "the address names no file")
        }
        let places = [torchCache, mmcvCache].map { "\($0)/\(file)" }
        if let path = places.first(where: FileManager.default.fileExists) { return path }
        throw CheckpointError(
            file: name, problem: "it has not been downloaded to this machine",
            remedy: "get it with: curl -fL --create-dirs -o \(places[0]) \(address)")
    }

    private static func unknown(
        _ name: String, _ model: String, among known: some Collection<String>
    ) -> CheckpointError {
        let names = known.sorted()
        return CheckpointError(
            file: name, problem: "\"\(model)\" is not a known model",
            remedy: Spelling.suggestion(for: model, among: names).map { "did you mean \($0)?" }
                ?? "download the file and give its path; known: "
                + names.joined(separator: ", "))
    }
}
