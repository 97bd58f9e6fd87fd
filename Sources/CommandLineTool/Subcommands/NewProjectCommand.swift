import ArgumentParser
import Experiments
import Foundation

struct NewProjectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new-project",
        abstract: "Writes a package with a model, a data set, a metric and a hook of one's own.",
        discussion: """
            The package builds at once and has all the commands of this program: in its folder, \
            "swift run -c release NAME train config.py" trains.
            """)

    @Argument(help: "The folder to make; its name is the package's.")
    var folder: String
    @Option(
        name: .customLong("mmrunner"),
        help: "The folder of MMRunner, on which the package depends; tools/new-project says it.")
    var source: String

    func run() throws {
        let project = try NewProject(folder: folder, source: source)
        for file in try project.write() { print("wrote \(file)") }
        print(
            """
            build and train:
                cd \(folder)
                swift run -c release \(project.name) train config.py
            """)
    }
}

/// A package that is begun from the example among MMRunner's tests.
struct NewProject {
    /// Where it goes.
    let folder: URL
    /// What the package and its program are called.
    let name: String
    private let source: URL

    /// The name of the example, which the project's replaces.
    private static let example = "MyProject"

    init(folder: String, source: String) throws {
        self.folder = URL(fileURLWithPath: folder).standardizedFileURL
        name = self.folder.lastPathComponent
        self.source = URL(fileURLWithPath: source).standardizedFileURL
        guard name.wholeMatch(of: #/[A-Za-z][A-Za-z0-9_-]*/#) != nil else {
            throw UsageError(
                "\(folder): \"\(name)\" cannot be the name of a package; use letters, digits, - and _"
            )
        }
        let there = (try? FileManager.default.contentsOfDirectory(atPath: self.folder.path)) ?? []
        guard there.isEmpty else {
            throw UsageError("\(folder): the folder is not empty; choose another one")
        }
    }

    /// Writes the files; their paths in the package.
    func write() throws -> [String] {
        let template = source.appendingPathComponent("Tests/ProjectExample")
        let files = FileManager.default
        guard let names = files.enumerator(atPath: template.path) else {
            throw UsageError(
                "--mmrunner: \(source.path): there is no Tests/ProjectExample; name the folder of MMRunner"
            )
        }
        var written: [String] = []
        for case let path as String in names where !path.hasPrefix(".") {
            let file = template.appendingPathComponent(path)
            guard let data = files.contents(atPath: file.path) else { continue }
            let text = String(decoding: data, as: UTF8.self)
            let target = path.replacing("/\(Self.example)/", with: "/\(name)/")
            let place = folder.appendingPathComponent(target)
            try files.createDirectory(
                at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try adapt(text).write(to: place, atomically: true, encoding: .utf8)
            written.append(target)
        }
        return written.sorted()
    }

    private func adapt(_ text: String) -> String {
        text.replacing("\"\(Self.example)\"", with: "\"\(name)\"")
            .replacing("path: \"../..\"", with: "path: \"\(source.path)\"")
            .replacing("work_dirs/my_project", with: "work_dirs/\(name)")
    }
}
