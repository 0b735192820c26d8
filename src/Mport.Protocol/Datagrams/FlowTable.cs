namespace Mport.Protocol.Datagrams;

/// <summary>
/// Flows by key, in the order of their last use: one that is idle for too long can be taken out, and a new one pushes out the one that was unused
/// for longest, of its own group when that is full, else of all. Every step costs the same, however many there are. Pure; not thread-safe.
/// </summary>
/// <param name="max">Flows at one time.</param>
/// <param name="maxPerGroup">Flows of one group at one time.</param>
/// <param name="idle">How long a flow may go unused, in timestamp units.</param>
public sealed class FlowTable<TKey, TGroup, TFlow>(int max, int maxPerGroup, long idle)
    where TKey : IEquatable<TKey>
    where TGroup : notnull
    where TFlow : class
{
    private readonly Dictionary<TKey, Node> _nodes = [];
    private readonly Dictionary<TGroup, LinkedList<Node>> _groups = [];
    private readonly LinkedList<Node> _order = new();

    /// <summary>Flows now.</summary>
    public int Count => _nodes.Count;

    /// <summary>All flows, the one unused for longest first.</summary>
    public IEnumerable<TFlow> All => _order.Select(node => node.Flow);

    /// <summary>The flow of a key, which is no use of it; null when there is none.</summary>
    public TFlow? Find(TKey key) => _nodes.GetValueOrDefault(key)?.Flow;

    /// <summary>The flow of a key, which counts as a use; null when there is none.</summary>
    public TFlow? Use(TKey key, long now)
    {
        if (!_nodes.TryGetValue(key, out var node))
        {
            return null;
        }

        node.LastUse = now;
        MoveToEnd(_order, node.InOrder);
        if (node.InGroup.List is { } group)
        {
            MoveToEnd(group, node.InGroup);
        }

        return node.Flow;
    }

    /// <summary>Adds a flow under a key that has none.</summary>
    /// <returns>The flow that it has pushed out, or null.</returns>
    public TFlow? Add(TKey key, TGroup group, TFlow flow, long now)
    {
        TFlow? pushed = null;
        if (_groups.TryGetValue(group, out var members) && members.Count >= maxPerGroup)
        {
            pushed = Remove(members.First);
        }
        else if (_nodes.Count >= max)
        {
            pushed = Remove(_order.First);
        }

        // The group may have gone with its only member.
        if (!_groups.TryGetValue(group, out members))
        {
            members = new LinkedList<Node>();
            _groups.Add(group, members);
        }

        var node = new Node(key, group, flow) { LastUse = now };
        _order.AddLast(node.InOrder);
        members.AddLast(node.InGroup);
        _nodes.Add(key, node);
        return pushed;
    }

    /// <summary>Takes a flow out; null when there is none under this key.</summary>
    public TFlow? Remove(TKey key) => _nodes.TryGetValue(key, out var node) ? Remove(node.InOrder) : null;

    /// <summary>Takes out the flow that was unused for longest, if that is too long.</summary>
    public TFlow? RemoveIdle(long now) => _order.First is { } first && now - first.Value.LastUse >= idle ? Remove(first) : null;

    private static void MoveToEnd(LinkedList<Node> list, LinkedListNode<Node> node)
    {
        if (list.Last != node)
        {
            list.Remove(node);
            list.AddLast(node);
        }
    }

    private TFlow? Remove(LinkedListNode<Node>? entry)
    {
        if (entry?.Value is not { } node)
        {
            return null;
        }

        _nodes.Remove(node.Key);
        _order.Remove(node.InOrder);
        if (node.InGroup.List is { } group)
        {
            group.Remove(node.InGroup);
            if (group.Count == 0)
            {
                _groups.Remove(node.Group);
            }
        }

        return node.Flow;
    }

    private sealed class Node
    {
        public Node(TKey key, TGroup group, TFlow flow)
        {
            Key = key;
            Group = group;
            Flow = flow;
            InOrder = new LinkedListNode<Node>(this);
            InGroup = new LinkedListNode<Node>(this);
        }

        public TKey Key { get; }

        public TGroup Group { get; }

        public TFlow Flow { get; }

        public LinkedListNode<Node> InOrder { get; }

        public LinkedListNode<Node> InGroup { get; }

        public long LastUse { get; set; }
    }
}
