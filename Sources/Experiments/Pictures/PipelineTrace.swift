import ConfigCore
import ImageData
import TensorCore
import TrainingInterfaces

/// The pictures that an element of a data set becomes on its way through the pipeline.
struct PipelineTrace {
    /// A step of the pipeline by its type.
    struct Step {
        let name: String
        let transform: any Transform
    }

    /// The pictures, each by the step that made it; the first is the element's own.
    private(set) var pictures: [(name: String, image: Image)] = []

    /// Takes an element through the steps.
    ///
    /// - Parameters:
    ///   - element: The element.
    ///   - steps: The steps.
    ///   - random: Where random steps start; each of them has its own place below.
    /// - Throws: `DataError` with the element's file.
    init(_ element: Sample, _ steps: [Step], random: KeyedRandom) throws {
        var sample = element
        if let image = sample.image { pictures.append(("original", image)) }
        var ordinal = 0
        for step in steps {
            var stream = random.at(ordinal).stream()
            if step.transform.isRandom { ordinal += 1 }
            do {
                try step.transform.apply(to: &sample, random: &stream)
            } catch let error as DataError {
                throw error
            } catch {
                throw DataError(file: element.file ?? "sample", reason: "\(error)", kind: .unfit)
            }
            if let image = sample.image { pictures.append((step.name, image)) }
        }
    }

    /// A data set's config without steps of these types, also in the data sets it wraps.
    static func without(_ types: Set<String>, in config: ConfigNode) -> ConfigNode {
        var config = config
        if let list = config.list {
            return ConfigNode(.list(list.map { without(types, in: $0) }), origin: config.origin)
        }
        for key in ["dataset", "datasets"] {
            if let inner = config[key] {
                config = config.setting(key, to: without(types, in: inner))
            }
        }
        guard let pipeline = config["pipeline"], let steps = pipeline.list else { return config }
        let kept = steps.filter { !types.contains(typeName($0)) }
        return config.setting("pipeline", to: ConfigNode(.list(kept), origin: pipeline.origin))
    }

    /// The types of the steps of a data set's pipeline, or of the first data set that it wraps.
    static func types(in config: ConfigNode) -> [String] {
        if let steps = config["pipeline"]?.list { return steps.map(typeName) }
        let inner = config["dataset"] ?? config["datasets"]?[0] ?? config[0]
        return inner.map(types) ?? []
    }

    private static func typeName(_ step: ConfigNode) -> String {
        let type = step["type"]?.string ?? ""
        return type.split(separator: ".").last.map(String.init) ?? type
    }
}

extension Image {
    /// The image as bytes; values beyond them, as after a normalisation, are stretched to fit.
    var stretchedToBytes: Image {
        guard case .float32(let values) = pixels else { return self }
        let (low, high) = (values.min() ?? 0, values.max() ?? 0)
        let fits = low >= 0 && high <= 255 && high > 2
        let scale = high > low ? 255 / (high - low) : 1
        let bytes = values.map { value in
            UInt8(clamping: Int((fits ? value : (value - low) * scale).rounded()))
        }
        return Image(height: height, width: width, channels: channels, pixels: .uint8(bytes))
    }

    /// The image with the first and the last colour in each other's place.
    var swappingColors: Image {
        guard channels == 3, case .uint8(var values) = pixels else { return self }
        for place in stride(from: 0, to: values.count, by: 3) {
            values.swapAt(place, place + 2)
        }
        return Image(height: height, width: width, channels: 3, pixels: .uint8(values))
    }
}
