using System.Globalization;
using System.Security.Cryptography;

namespace Mport.Server.Accounts;

/// <summary>
/// Subdomains that the edge chooses: two short words and five digits, <c>calm-otter-48213</c>. 64 × 64 × 90,000 are 3.7 · 10^8: too many to
/// find somebody's tunnel by trying, few enough to say over the telephone.
/// </summary>
internal static class ReadableNames
{
    private static readonly string[] _first =
    [
        "amber", "bold", "brave", "brief", "bright", "brisk", "calm", "clean", "clear", "clever", "cool", "coral", "crisp", "dawn", "deep", "eager",
        "early", "easy", "fair", "fast", "fine", "firm", "fond", "fresh", "gentle", "glad", "gold", "grand", "green", "happy", "high", "jolly",
        "keen", "kind", "late", "light", "lively", "long", "loud", "lucky", "lunar", "merry", "mild", "misty", "neat", "new", "noble", "north",
        "pale", "plain", "polar", "proud", "quick", "quiet", "rapid", "rare", "ready", "royal", "sharp", "silver", "smart", "snowy", "solar", "sunny",
    ];

    private static readonly string[] _second =
    [
        "acorn", "alder", "anchor", "arrow", "aspen", "badger", "beach", "beaver", "birch", "bison", "breeze", "bridge", "brook", "canyon", "cedar", "cliff",
        "cloud", "comet", "crane", "creek", "delta", "dune", "eagle", "falcon", "fern", "field", "finch", "fjord", "forest", "fox", "garden", "glade",
        "grove", "harbor", "hawk", "heron", "hill", "island", "lagoon", "lake", "lark", "lynx", "maple", "marsh", "meadow", "moose", "oak", "ocean",
        "orchid", "osprey", "otter", "panda", "pebble", "pine", "planet", "pond", "raven", "reef", "ridge", "river", "robin", "stone", "tiger", "willow",
    ];

    /// <summary>A new one, from the system's random numbers; whether it is free is for the database to say.</summary>
    public static string Create() => string.Create(
        CultureInfo.InvariantCulture,
        $"{_first[RandomNumberGenerator.GetInt32(_first.Length)]}-{_second[RandomNumberGenerator.GetInt32(_second.Length)]}-{RandomNumberGenerator.GetInt32(10_000, 100_000)}");
}
