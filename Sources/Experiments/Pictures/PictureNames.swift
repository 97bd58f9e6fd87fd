import Foundation

/// Names of picture files in a folder, each given once.
struct PictureNames {
    private var taken: Set<String> = []

    /// A file's name without its ending; where that is taken already, with a number behind.
    ///
    /// - Parameters:
    ///   - file: The image's file, of which folders before a name stay.
    ///   - index: The image's number, which names it where it has no file.
    /// - Returns: A name without ending.
    mutating func name(for file: String?, at index: Int) -> String {
        let stem = file.map { URL(fileURLWithPath: $0).deletingPathExtension().relativePath }
        let name = stem.flatMap { $0.isEmpty ? nil : $0 } ?? "\(index)"
        var choice = name
        var number = index
        while !taken.insert(choice).inserted {
            choice = "\(name)_\(number)"
            number += 1
        }
        return choice
    }
}
