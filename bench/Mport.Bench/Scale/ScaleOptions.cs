namespace Mport.Bench.Scale;

/// <summary>How large, and on what.</summary>
internal sealed record ScaleOptions
{
    /// <summary>Clients, each with an http and a tcp tunnel.</summary>
    public required int Clients { get; init; }

    /// <summary>Idle visitors' connections.</summary>
    public required int Visitors { get; init; }

    /// <summary>How long to wait before memory is read, and how long CPU is watched.</summary>
    public required TimeSpan Settle { get; init; }

    /// <summary>What the edge may take in all, MiB.</summary>
    public required double EdgeMegabytes { get; init; }

    /// <summary>Options of <c>mportd serve</c> beyond the defaults; printed beside the result.</summary>
    public IReadOnlyList<string> EdgeOptions { get; init; } = [];

    /// <summary>What the edge's command begins with.</summary>
    public IReadOnlyList<string> Wrapper { get; init; } = [];

    /// <summary>Variables of the edge.</summary>
    public (string Name, string Value)[] EdgeEnvironment { get; init; } = [];

    /// <summary>The size that the goals are for.</summary>
    public static ScaleOptions Full { get; } = new() { Clients = 1000, Visitors = 10_000, Settle = TimeSpan.FromSeconds(35), EdgeMegabytes = 400 };

    /// <summary>A tenth, to see that everything works.</summary>
    public static ScaleOptions Quick { get; } = new() { Clients = 100, Visitors = 1000, Settle = TimeSpan.FromSeconds(5), EdgeMegabytes = 400 };

    /// <summary>The small server: one core, and a heap that leaves room in 1 GiB for the rest of the machine.</summary>
    public ScaleOptions OnSmallServer => this with
    {
        Wrapper = ["taskset", "-c", "0"],
        EdgeEnvironment = [("DOTNET_GCHeapHardLimit", "0x20000000"), ("DOTNET_PROCESSOR_COUNT", "1")],
    };
}
