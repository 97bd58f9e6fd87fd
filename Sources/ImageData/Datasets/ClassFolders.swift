import Foundation

/// What a folder of class folders holds.
struct ClassFolders {
    /// The class folders, sorted.
    let folders: [String]
    /// The images, folder by folder, each sorted.
    private(set) var images: [LabelledImage] = []
    /// Folders without images, and class names that look misplaced.
    private(set) var warnings: [String] = []

    init(_ root: String, extensions: [String], classNames: [String]?) throws(DataError) {
        guard let listing = FolderListing(root) else {
            let reason =
                FileManager.default.fileExists(atPath: root)
                ? "cannot be opened as a folder" : "no such folder"
            throw DataError(
                file: root, reason: "\(reason); data_prefix names the folder of the class folders")
        }
        folders = FolderListing.sorted(listing.folders)
        let endings = extensions.map { $0.lowercased() }
        var empty: [String] = []
        for (label, folder) in folders.enumerated() {
            let before = images.count
            for file in FolderListing.filesBelow(FilePath.join(root, folder)) {
                let name = file.lowercased()
                guard endings.contains(where: name.hasSuffix) else { continue }
                images.append(LabelledImage(file: FilePath.join(folder, file), label: label))
            }
            if images.count == before { empty.append(folder) }
        }
        let known = "files that count end in \(extensions.joined(separator: ", "))"
        guard !images.isEmpty else {
            throw DataError(
                file: root, reason: "no images in any class folder below it; \(known)")
        }
        if !empty.isEmpty {
            warnings.append("\(root): no images in \(empty.joined(separator: ", ")); \(known)")
        }
        if let classNames { try check(classNames, root) }
    }

    private mutating func check(_ classNames: [String], _ root: String) throws(DataError) {
        guard classNames.count == folders.count else {
            throw DataError(
                file: root,
                reason:
                    "class folders: \(folders.count), names in classes: \(classNames.count); give one name a folder",
                kind: .unfit)
        }
        // A name that belongs to another folder is hardly meant as a new name.
        guard
            let place = classNames.indices.first(where: {
                classNames[$0] != folders[$0] && folders.contains(classNames[$0])
            })
        else { return }
        warnings.append(
            "\(root): classes[\(place)] \"\(classNames[place])\" names the folder "
                + "\"\(folders[place])\"; classes renames the sorted folders and does not reorder them"
        )
    }
}
