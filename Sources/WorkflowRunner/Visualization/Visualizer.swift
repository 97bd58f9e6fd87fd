public import ConfigCore
public import Drawing
public import NeuralNet
public import TrainingInterfaces

/// Hands a run's numbers, images and configs to its backends.
///
/// A subclass that is registered under a name of its own draws as it likes.
/// Source: MMEngine's `Visualizer`, and `UniversalVisualizer` of MMPretrain.
open class Visualizer {
    /// What the run is called.
    public let name: String
    /// Where everything goes.
    public let backends: [any VisualizationBackend]
    /// The image that is drawn on.
    private var image: Raster?

    /// A visualizer of these backends.
    public init(name: String, backends: [any VisualizationBackend]) {
        self.name = name
        self.backends = backends
    }

    /// Reads `name`, `vis_backends` and `save_dir`; the context tells the folder and the name of the run.
    ///
    /// Errors: throws `ConfigError`.
    public convenience init(from reader: inout ConfigReader, _ context: BuildContext) throws {
        let (name, backends) = try Self.parts(&reader, context)
        self.init(name: name, backends: backends)
    }

    private static func parts(_ reader: inout ConfigReader, _ context: BuildContext) throws -> (
        String, [any VisualizationBackend]
    ) {
        // How windows look, of which there are none, and an image that is set later.
        reader.ignore("fig_save_cfg", "fig_show_cfg", "image")
        let run = try context.value(VisualizedRun.self)
        let own: String? = try reader.optional("save_dir")
        var inner = context
        inner.provide(VisualizationFolder(path: "\(own ?? run.folder)/vis_data"))
        let registry = try context.value(Registry<any VisualizationBackend>.self)
        return (
            try reader.value("name", default: run.name),
            try reader.buildList("vis_backends", from: registry, inner) ?? []
        )
    }

    /// Builds a visualizer of this program's own types; `build` knows those of a registry too.
    ///
    /// Errors: throws `ConfigError`.
    public convenience init(
        _ config: ConfigNode?, at path: String = "visualizer", folder: String, name: String
    ) throws {
        var context = BuildContext.standardVisualizers
        context.provide(VisualizedRun(folder: folder, name: name))
        let (name, backends) = try Self.node(config).decode(at: path) { reader in
            let type: String = try reader.required("type")
            let known = Registry<Visualizer>.standardNames
            guard known.contains(where: { type.split(separator: ".").last == $0[...] }) else {
                throw reader.unknownName("type", type, among: known)
            }
            return try Self.parts(&reader, context)
        }
        self.init(name: name, backends: backends)
    }

    /// A config with its type; nil writes to the run's own folder.
    fileprivate static func node(_ config: ConfigNode?) -> ConfigNode {
        let given = config.flatMap { $0.isNull ? nil : $0 }
        let node = given ?? ["vis_backends": [["type": "LocalVisBackend"]]]
        guard node.mapping != nil, node["type"] == nil else { return node }
        return node.setting("type", to: "Visualizer")
    }

    // MARK: Records

    /// Writes the config of the run.
    public func addConfig(_ config: ConfigNode) throws {
        for backend in backends { try backend.addConfig(config) }
    }

    /// Writes one number.
    public func addScalar(_ name: String, _ value: Double, step: Int = 0) throws {
        for backend in backends { try backend.addScalar(name, .number(value), step: step) }
    }

    /// Writes a row of numbers; `file` names a further file that is to have it.
    public func addScalars(_ row: LogProcessor.Row, step: Int = 0, file: String? = nil) throws {
        for backend in backends { try backend.addScalars(row, step: step, file: file) }
    }

    /// Writes an image.
    public func addImage(_ name: String, _ image: Raster, step: Int = 0) throws {
        for backend in backends { try backend.addImage(name, image, step: step) }
    }

    /// Writes how a model is made up, where a backend can.
    public func addGraph(_ model: any Module, _ batch: Batch? = nil) throws {
        for backend in backends { try backend.addGraph(model, batch) }
    }

    /// Writes an image with its classes and what a model said of it.
    ///
    /// - Parameters:
    ///   - name: What it is called.
    ///   - image: The image.
    ///   - sample: Its classes and the prediction.
    ///   - options: What is drawn of them.
    ///   - file: A file to write in place of the backends.
    ///   - step: When in the run.
    /// - Throws: Whatever drawing and backends throw.
    open func addDataSample(
        _ name: String, _ image: Raster, _ sample: VisualizedSample,
        _ options: VisualizedSample.Options = .init(), file: String? = nil, step: Int = 0
    ) throws {
        let picture = try sample.picture(on: image, options)
        if let file {
            try picture.write(to: file)
        } else {
            let drawn = try picture.raster()
            setImage(drawn)
            try addImage(name, drawn, step: step)
        }
    }

    /// Nothing more will come.
    public func close() { for backend in backends { backend.close() } }

    // MARK: Drawing

    /// Takes the image that is drawn on next.
    public func setImage(_ image: Raster) { self.image = image }

    /// The image with what was drawn on it; nil before one is set.
    public func getImage() -> Raster? { image }

    /// Draws on the image.
    ///
    /// Errors: throws `RunnerError` where none is set, or what `body` throws.
    public func draw(_ body: @escaping (Canvas) throws -> Void) throws {
        guard let image else {
            throw RunnerError("visualizer", "there is no image to draw on", remedy: "set one first")
        }
        let box = Box(x: 0, y: 0, width: Double(image.width), height: Double(image.height))
        self.image = try Picture(width: image.width, height: image.height) { canvas in
            try canvas.image(image, in: box)
            try body(canvas)
        }.raster()
    }

    /// Writes text on the image, whose lines begin at a place.
    public func drawTexts(
        _ text: String, at place: Point, size: Double = 14, color: Color = .black
    ) throws {
        let font = Font(size: size)
        try draw { canvas in
            for (number, line) in text.split(separator: "\n").enumerated() {
                let base = place.y + Double(number + 1) * font.lineHeight
                try canvas.text(String(line), at: Point(place.x, base), font, color: color)
            }
        }
    }

    /// Draws a line through points.
    public func drawLines(_ points: [Point], color: Color = .series[0], width: Double = 2) throws {
        try draw { $0.line(points, color, width: width) }
    }

    /// Draws the edges of rectangles.
    public func drawBoxes(_ boxes: [Box], color: Color = .series[0], width: Double = 2) throws {
        try draw { canvas in
            for box in boxes { canvas.frame(box, color, width: width) }
        }
    }

    /// Draws points as discs.
    public func drawPoints(_ points: [Point], color: Color = .series[0], radius: Double = 3) throws
    {
        try draw { canvas in
            for point in points { canvas.dot(point, radius: radius, color) }
        }
    }
}

extension Visualizer {
    /// Builds the visualizer of a config.
    ///
    /// - Parameters:
    ///   - config: `visualizer`; nil makes the one that writes to the run's own folder.
    ///   - path: The way to it, for messages.
    ///   - folder: The run's log folder; backends write to `vis_data` in it.
    ///   - name: What the run is called, where the config does not say.
    ///   - context: Holds the visualizers and backends that may be named; the standard ones by default.
    /// - Returns: The visualizer.
    /// - Throws: `ConfigError`.
    public static func build(
        _ config: ConfigNode?, at path: String = "visualizer", folder: String, name: String,
        context: BuildContext? = nil
    ) throws -> Visualizer {
        var context = context ?? .standardVisualizers
        context.provide(VisualizedRun(folder: folder, name: name))
        let registry = try context.value(Registry<Visualizer>.self)
        return try registry.build(Self.node(config), at: path, context)
    }
}

/// The run that a visualizer is built for.
public struct VisualizedRun: Sendable {
    /// Its log folder.
    public let folder: String
    /// What it is called.
    public let name: String

    /// A run.
    public init(folder: String, name: String) {
        self.folder = folder
        self.name = name
    }
}

extension Registry where Product == Visualizer {
    fileprivate static var standardNames: [String] {
        ["Visualizer", "UniversalVisualizer", "ClsVisualizer"]
    }

    /// The visualizers that configs may name.
    public static func standardVisualizers() -> Registry<Visualizer> {
        var registry = Registry<Visualizer>("visualizer")
        for name in standardNames {
            registry.register(name) { reader, context in try Visualizer(from: &reader, context) }
        }
        return registry
    }
}

extension BuildContext {
    /// A context with the standard visualizers and their backends.
    static var standardVisualizers: BuildContext {
        var context = BuildContext()
        context.provide(Registry<Visualizer>.standardVisualizers())
        context.provide(Registry<any VisualizationBackend>.standardVisualizationBackends())
        return context
    }
}
