import Foundation
import SwiftProtobuf
import TensorBoardFile

/// What stands in an event file of TensorBoard's, read by plain means.
package struct EventFile {
    /// A number on a curve.
    package struct Scalar: Equatable, Sendable, CustomStringConvertible {
        /// The iteration.
        package let step: Int
        /// The curve.
        package let tag: String
        /// The number.
        package let value: Float

        /// Step, tag and number on one line.
        package var description: String { "\(step) \(tag) \(value)" }
    }

    /// An image: its tag, step, size and file.
    package struct Image: Equatable, Sendable {
        package let tag: String
        package let step: Int
        package let size: [Int]
        package let bytes: [UInt8]
    }

    /// What the first event says about the file's version.
    package let version: String
    /// The numbers, in order.
    package let scalars: [Scalar]
    /// The images, in order.
    package let images: [Image]
    /// When each event was written, in seconds since 1970.
    package let times: [Double]
    /// How many records have a wrong checksum, of their length or payload.
    package let damagedRecords: Int

    /// Reads a file to its end.
    ///
    /// Errors: throws where a payload is no event, and stops at a record that is cut off.
    package init(path: String) throws {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        var (version, scalars, times, damaged, place) = ("", [Scalar](), [Double](), 0, 0)
        var images: [Image] = []
        while place + 12 <= bytes.count {
            let length = Int(Self.number(bytes[place..<(place + 8)]))
            guard place + 16 + length <= bytes.count else { break }
            let payload = Array(bytes[(place + 12)..<(place + 12 + length)])
            let isIntact =
                Self.number(bytes[(place + 8)..<(place + 12)])
                == UInt64(Self.maskedChecksum(Array(bytes[place..<(place + 8)])))
                && Self.number(bytes[(place + 12 + length)..<(place + 16 + length)])
                    == UInt64(Self.maskedChecksum(payload))
            if !isIntact { damaged += 1 }
            let event = try Tensorboard_Event(serializedBytes: payload)
            if !event.fileVersion.isEmpty { version = event.fileVersion }
            times.append(event.wallTime)
            for entry in event.summary.value {
                guard case .image(let image) = entry.value else {
                    scalars.append(
                        Scalar(step: Int(event.step), tag: entry.tag, value: entry.simpleValue))
                    continue
                }
                images.append(
                    Image(
                        tag: entry.tag, step: Int(event.step),
                        size: [Int(image.width), Int(image.height)],
                        bytes: Array(image.encodedImageString)))
            }
            place += 16 + length
        }
        self.version = version
        self.scalars = scalars
        self.images = images
        self.times = times
        damagedRecords = damaged
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// CRC-32C bit by bit, then TensorFlow's mask.
    package static func maskedChecksum(_ bytes: [UInt8]) -> UInt32 {
        var value: UInt32 = ~0
        for byte in bytes {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0x82f6_3b78 : value >> 1 }
        }
        value = ~value
        return (value >> 15 | value << 17) &+ 0xa282_ead8
    }
}
