namespace Mport.Server.Metrics;

/// <summary>The running value of one combination of tags. Not thread-safe: its family has the lock.</summary>
internal sealed class MetricSeries(KeyValuePair<string, object?>[] tags, int bounds)
{
    private readonly long[] _counts = bounds == 0 ? [] : new long[bounds + 1];
    private double _value;

    /// <summary>Whether these are its tags.</summary>
    public bool Has(ReadOnlySpan<KeyValuePair<string, object?>> others)
    {
        if (others.Length != tags.Length)
        {
            return false;
        }

        for (var i = 0; i < tags.Length; i++)
        {
            if (tags[i].Key != others[i].Key || !Equals(tags[i].Value, others[i].Value))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A counter or an up-down counter moved.</summary>
    public void Add(double by) => _value += by;

    /// <summary>Something observed has this value now.</summary>
    public void Set(double value) => _value = value;

    /// <summary>A histogram got a value.</summary>
    public void Observe(double value, IReadOnlyList<double> upper)
    {
        var bucket = 0;
        while (bucket < upper.Count && value > upper[bucket])
        {
            bucket++;
        }

        _counts[bucket]++;
        _value += value;
    }

    /// <summary>The value now.</summary>
    public MetricSample Read() => new(tags, _value, [.. _counts]);
}
