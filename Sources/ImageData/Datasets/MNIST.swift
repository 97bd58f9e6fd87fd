import ConfigCore
import Foundation

/// The files of MNIST and Fashion-MNIST, gzipped or not.
///
/// Source: `MNIST` and `FashionMNIST` of MMClassification (`test_mode`) and MMPretrain (`split`).
struct MNIST {
    private let classNames: [String]
    private let origin: String

    static let digits = MNIST(
        classNames: [
            "0 - zero", "1 - one", "2 - two", "3 - three", "4 - four", "5 - five", "6 - six",
            "7 - seven", "8 - eight", "9 - nine",
        ], origin: "http://yann.lecun.com/exdb/mnist/")
    static let fashion = MNIST(
        classNames: [
            "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker",
            "Bag", "Ankle boot",
        ], origin: "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/")

    func read(from reader: inout ConfigReader, _ context: BuildContext) throws -> any Dataset {
        let keys = try DatasetKeys(from: &reader, context, splits: ["train", "test"])
        // Nothing is downloaded.
        reader.ignore("download")
        let isTest = keys.split.map { $0 == "test" } ?? keys.isTestMode
        let folder = FilePath.expandingHome(keys.folder)
        let kind = isTest ? "t10k" : "train"
        let images = try file(folder, "\(kind)-images-idx3-ubyte", dimensions: 3)
        let labels = try file(folder, "\(kind)-labels-idx1-ubyte", dimensions: 1)
        guard images.shape[0] == labels.shape[0] else {
            throw DataError(
                file: labels.name,
                reason: "has \(labels.shape[0]) labels for \(images.shape[0]) images", kind: .unfit)
        }
        let dataset = StoredImages(
            classNames: try keys.classNames(or: classNames), pipeline: keys.pipeline,
            values: Array(images.values),
            labels: labels.values.map(Int.init), channels: 1, height: images.shape[1],
            width: images.shape[2])
        return try keys.chosen(dataset, reader)
    }

    private func file(_ folder: String, _ name: String, dimensions: Int) throws(DataError)
        -> IndexFile
    {
        for ending in ["", ".gz"] {
            let path = FilePath.join(folder, name + ending)
            if FileManager.default.fileExists(atPath: path) {
                return try IndexFile(path, dimensions: dimensions)
            }
        }
        throw DataError(
            file: FilePath.join(folder, name),
            reason: "no such file, nor one that ends in .gz; get it from \(origin)")
    }
}

/// Bytes with a shape, in LeCun's IDX format.
private struct IndexFile {
    let name: String
    let shape: [Int]
    let values: ArraySlice<UInt8>

    init(_ path: String, dimensions: Int) throws(DataError) {
        var bytes = try FileBytes.read(path)
        if GZip.isGZip(bytes) {
            do {
                bytes = try GZip.unpacked(bytes)
            } catch {
                throw DataError(file: path, reason: "cannot unpack: \(error)")
            }
        }
        let start = 4 + 4 * dimensions
        guard bytes.count >= start, bytes.starts(with: [0, 0, 8, UInt8(dimensions)]) else {
            throw DataError(
                file: path, reason: "is no IDX file of bytes in \(dimensions) dimensions")
        }
        let shape = (1...dimensions).map { place in
            bytes[(4 * place)..<(4 * place + 4)].reduce(0) { $0 << 8 | Int($1) }
        }
        var count = 1
        for side in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: side)
            count = overflow ? .max : product
        }
        guard bytes.count - start == count else {
            throw DataError(
                file: path,
                reason: "has \(bytes.count - start) bytes for an array of the shape \(shape)")
        }
        name = path
        self.shape = shape
        values = bytes[start...]
    }
}
