/// A value on the pickle machine's stack; containers are nodes of a graph, because a pickle
/// may fill them after it has put them in several places.
enum PickleItem {
    case none
    case bool(Bool)
    case int(Int)
    case bigInteger(String)
    case double(Double)
    case string(String)
    case bytes([UInt8])
    /// A name with its module; naming something does not run it.
    case global(String)
    case storage(Int)
    case node(Int)
}

/// Everything a pickle builds, in flat arrays: however deep a hostile pickle nests its values,
/// nothing recurses before `ValueBuilder` checks the depth.
struct PickleGraph {
    struct Node {
        enum Kind {
            case list, tuple, set
            case dictionary, orderedDictionary
            case tensor(Int)
            /// A `numpy.dtype` such as `f8`; its state tells the byte order.
            case numpyType(String)
            /// A NumPy array before its state is known.
            case numpyArray
            case object(String)
        }

        var kind: Kind
        /// The elements of a list, tuple or set, or of an object that is a kind of list.
        var elements: [PickleItem] = []
        /// Keys and values in turn.
        var entries: [PickleItem] = []
        /// What an object's class was called with.
        var arguments: [PickleItem] = []
        /// What BUILD brought: attributes, nearly always a dictionary.
        var state: PickleItem = .none
    }

    /// The arguments of a tensor, before its storage is there to check them.
    struct Tensor {
        var storage: Int
        /// How many elements of which size the pickle says the storage has.
        var storageCount: Int
        var storageElementSize: Int
        var elementType: TorchTensor.ElementType
        var shape: [Int]
        var strides: [Int]
        var offset: Int
        var requiresGradient = false
        var isParameter = false
    }

    /// Where the bytes of a storage come from.
    enum StorageSource {
        /// A part of the file; no element type means an untyped storage.
        case record(key: String, elementType: TorchTensor.ElementType?)
        /// Bytes in the pickle itself, as NumPy writes its arrays.
        case literal([UInt8])
    }

    /// A storage as one persistent id describes it.
    struct StorageReference {
        var storage: Int
        /// Nil for an untyped storage, which counts bytes.
        var elementType: TorchTensor.ElementType?
        var count: Int
        /// Old files describe a view of a storage as a storage of its own.
        var offset = 0
    }

    private(set) var nodes: [Node] = []
    private(set) var tensors: [Tensor] = []
    private(set) var storages: [StorageSource] = []
    private(set) var references: [StorageReference] = []
    private var storageOfKey: [String: Int] = [:]

    mutating func add(_ node: Node) -> PickleItem {
        nodes.append(node)
        return .node(nodes.count - 1)
    }

    mutating func add(_ tensor: Tensor) -> PickleItem {
        tensors.append(tensor)
        return add(Node(kind: .tensor(tensors.count - 1)))
    }

    mutating func add(literal bytes: [UInt8]) -> Int {
        storages.append(.literal(bytes))
        return storages.count - 1
    }

    mutating func add(
        literal bytes: [UInt8], elementType: TorchTensor.ElementType?, count: Int
    ) -> PickleItem {
        references.append(
            StorageReference(
                storage: add(literal: bytes), elementType: elementType, count: count))
        return .storage(references.count - 1)
    }

    mutating func add(
        key: String, elementType: TorchTensor.ElementType?, count: Int, offset: Int = 0
    ) -> PickleItem {
        let storage = storageOfKey[key] ?? storages.count
        if storage == storages.count {
            storages.append(.record(key: key, elementType: elementType))
            storageOfKey[key] = storage
        }
        references.append(
            StorageReference(
                storage: storage, elementType: elementType, count: count, offset: offset))
        return .storage(references.count - 1)
    }

    mutating func update(_ node: Int, _ change: (inout Node) -> Void) {
        change(&nodes[node])
    }

    /// The elements of a list or tuple, nil for anything else.
    func elements(_ item: PickleItem) -> [PickleItem]? {
        guard case .node(let index) = item else {
            return nil
        }
        switch nodes[index].kind {
        case .list, .tuple: return nodes[index].elements
        default: return nil
        }
    }

    /// The integers of a tuple no longer than PyTorch's shapes may be, nil for anything else.
    func integers(_ item: PickleItem) -> [Int]? {
        guard let elements = elements(item), elements.count <= 64 else {
            return nil
        }
        let integers = elements.compactMap { if case .int(let number) = $0 { number } else { nil } }
        return integers.count == elements.count ? integers : nil
    }

    /// Keys and values in turn of a dictionary, or of a list of pairs; nil for anything else.
    func entries(_ item: PickleItem) -> [PickleItem]? {
        if case .node(let index) = item {
            switch nodes[index].kind {
            case .dictionary, .orderedDictionary: return nodes[index].entries
            default: break
            }
        }
        guard let pairs = elements(item)?.map({ elements($0) ?? [] }),
            pairs.allSatisfy({ $0.count == 2 })
        else {
            return nil
        }
        return pairs.flatMap(\.self)
    }
}
