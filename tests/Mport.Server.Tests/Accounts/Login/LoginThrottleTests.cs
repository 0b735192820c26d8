using System.Net;
using Mport.Server.Accounts.Login;
using Mport.Testing;

namespace Mport.Server.Tests.Accounts.Login;

public sealed class LoginThrottleTests // SEC-62
{
    private static readonly IPAddress _home = IPAddress.Parse("198.51.100.7");
    private readonly ManualTimeProvider _time = new();
    private readonly LoginThrottle _throttle;

    public LoginThrottleTests() => _throttle = new LoginThrottle(_time);

    [Fact]
    public void TenFailures_AreFree_AndEachFurtherOneDoublesTheWait()
    {
        Assert.All(Enumerable.Range(0, 10), _ => Assert.Null(_throttle.RecordFailure("ann", _home)));

        Assert.Equal([5, 10, 20, 40, 80, 160, 320, 600, 600], Enumerable.Range(0, 9).Select(_ => _throttle.RecordFailure("ann", _home)?.TotalSeconds ?? 0));
        Assert.Equal(TimeSpan.FromSeconds(600), _throttle.BlockedFor("ann", _home));
    }

    [Fact]
    public void ThousandFailuresElsewhere_LetTheRightUserIn()
    {
        for (var i = 0; i < 1_000; i++)
        {
            _throttle.RecordFailure("ann", Attacker(i));
        }

        Assert.Null(_throttle.BlockedFor("ann", _home));
    }

    [Fact]
    public void AccountUnderAttack_GivesEachAddressOneGuess()
    {
        for (var i = 0; i < 10; i++)
        {
            _throttle.RecordFailure("ann", Attacker(i));
        }

        Assert.Equal(TimeSpan.FromSeconds(5), _throttle.RecordFailure("ann", Attacker(1_000)));
        Assert.NotNull(_throttle.BlockedFor("ann", Attacker(1_000)));
    }

    [Fact]
    public void OneAddressAtManyAccounts_WaitsFromTheFiftyFirstFailureOn()
    {
        Assert.All(Enumerable.Range(0, 50), i => Assert.Null(_throttle.RecordFailure($"user{i}", _home)));

        Assert.Equal(TimeSpan.FromSeconds(5), _throttle.RecordFailure("user50", _home));
        Assert.NotNull(_throttle.BlockedFor("somebody else", _home));
        Assert.Null(_throttle.BlockedFor("somebody else", Attacker(1)));
    }

    [Fact]
    public void AddressesOfOneSubscriber_CountAsOne()
    {
        for (var i = 0; i < 11; i++)
        {
            _throttle.RecordFailure("ann", IPAddress.Parse($"2001:db8:0:1::{i + 1:x}"));
        }

        Assert.NotNull(_throttle.BlockedFor("ann", IPAddress.Parse("2001:db8:0:1:ffff::9")));
        Assert.Null(_throttle.BlockedFor("ann", IPAddress.Parse("2001:db8:0:2::1")));
    }

    [Fact]
    public void TenThousandAttempts_FromOneAddress_LeaveItAFewGuesses()
    {
        var guesses = 0;
        for (var i = 0; i < 10_000; i++)
        {
            if (_throttle.BlockedFor("ann", _home) is null)
            {
                guesses++;
                _throttle.RecordFailure("ann", _home);
            }

            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(guesses, 10, 40);
    }

    [Fact]
    public void Success_ForgivesTheAddress_NotItsNeighbours()
    {
        for (var i = 0; i < 9; i++)
        {
            _throttle.RecordFailure("ann", _home);
        }

        _throttle.RecordSuccess("ann", _home);

        Assert.Null(_throttle.BlockedFor("ann", _home));
    }

    private static IPAddress Attacker(int number) => new(new byte[] { 10, 0, (byte)(number / 256), (byte)(number % 256) });
}
