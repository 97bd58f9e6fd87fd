import Foundation

/// How paths of configs and data sets are put together.
package enum FilePath {
    /// A name inside a folder; the name alone where it is absolute or there is no folder.
    package static func join(_ folder: String?, _ name: String) -> String {
        let slash = UInt8(ascii: "/")
        guard let folder, !folder.isEmpty, name.utf8.first != slash else { return name }
        return folder.utf8.last == slash ? folder + name : folder + "/" + name
    }

    /// The path with a leading `~` replaced by the home folder.
    static func expandingHome(_ path: String) -> String {
        path.hasPrefix("~") ? NSString(string: path).expandingTildeInPath : path
    }
}
