import Foundation

/// What a folder holds, by the system's own calls: a data set of 10,000 files is listed in milliseconds.
package struct FolderListing {
    /// Names of the files, except those that begin with a dot; unsorted.
    private(set) var files: [String] = []
    /// Names of the folders; unsorted.
    private(set) var folders: [String] = []

    /// Lists a folder; nil where it cannot be opened.
    init?(_ path: String) {
        guard let stream = unsafe opendir(path) else { return nil }
        defer { unsafe closedir(stream) }
        while let entry = unsafe readdir(stream) {
            let name = unsafe Self.name(of: entry)
            if name == "." || name == ".." { continue }
            let isFolder: Bool
            switch unsafe Int(entry.pointee.d_type) {
            case Int(DT_DIR): isFolder = true
            case Int(DT_REG): isFolder = false
            default: isFolder = Self.isFolder(FilePath.join(path, name))  // links are followed
            }
            if isFolder {
                folders.append(name)
            } else if !name.hasPrefix(".") {
                files.append(name)
            }
        }
    }

    /// The files in a folder and all folders below it, as paths relative to it, in byte order.
    package static func filesBelow(_ root: String) -> [String] {
        var found: [String] = []
        var pending = [""]
        while let folder = pending.popLast() {
            guard let listing = FolderListing(FilePath.join(root, folder)) else { continue }
            found += listing.files.map { FilePath.join(folder, $0) }
            pending += listing.folders.map { FilePath.join(folder, $0) }
        }
        return sorted(found)
    }

    /// Sorts as Python does, by code point; Swift's own order of strings folds equivalent characters.
    static func sorted(_ names: [String]) -> [String] {
        if names.allSatisfy({ $0.utf8.allSatisfy { $0 < 0x80 } }) { return names.sorted() }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func name(of entry: UnsafeMutablePointer<dirent>) -> String {
        unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
