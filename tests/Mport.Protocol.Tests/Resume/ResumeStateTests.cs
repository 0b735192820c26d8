using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;
using Mport.Protocol.Resume;

namespace Mport.Protocol.Tests.Resume;

public sealed class ResumeStateTests
{
    private readonly ModelSide _side = new(new ResumeOptions { Window = ResumeOptions.MinWindow }, 1 << 20);

    [Theory]
    [InlineData(-1)]
    [InlineData(11)] // more than was sent
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void AcknowledgementThatCannotBe_EndsTheCarrier(long offset) // SEC-21
    {
        _side.Write(10);
        _side.Pump();
        _side.Write(10);

        Assert.Equal(ProtocolErrors.FrameInvalid, Assert.Throws<ProtocolException>(() => _side.State.OnAcknowledgement(offset, 1)).Description);
    }

    [Fact]
    public void AcknowledgementThatGoesBack_EndsTheCarrier_AndOneThatStandsStillSaysNothing()
    {
        _side.Write(10);
        _side.Pump();
        Assert.True(_side.State.OnAcknowledgement(6, 1));
        Assert.False(_side.State.OnAcknowledgement(6, 1));
        Assert.Throws<ProtocolException>(() => _side.State.OnAcknowledgement(5, 1));
    }

    [Theory]
    [InlineData(5, false)] // it had acknowledged six
    [InlineData(6, true)]
    [InlineData(20, true)]
    [InlineData(21, false)] // the rest was never sent
    [InlineData(-1, false)]
    [InlineData(long.MaxValue, false)]
    public void Resume_IsPossibleFromWhatWasAcknowledgedToWhatWasSent(long offset, bool possible)
    {
        _side.Write(20);
        _side.Pump();
        _side.State.OnAcknowledgement(6, 1);
        _side.Write(10);

        var refusal = _side.State.Check(offset);

        Assert.Equal(possible, refusal is null);
        Assert.True(refusal is null || (refusal.Code == ProtocolErrors.ResumeRefused.Code && refusal.Retry));
    }

    [Fact]
    public void AcknowledgementOnANewConnection_OfWhatItHasNotCarried_EndsTheCarrier()
    {
        _side.Write(10);
        _side.Pump();
        _side.State.Resume(4);

        Assert.Throws<ProtocolException>(() => _side.State.OnAcknowledgement(10, 1));
    }

    [Fact]
    public void FullRing_TakesNoMore_UntilThePeerAcknowledges()
    {
        while (_side.Write(1000))
        {
            Assert.True(_side.State.Kept <= ResumeOptions.MinWindow);
        }

        while (_side.Pump())
        {
        }

        Assert.InRange(_side.State.Kept, ResumeOptions.MinWindow - 2048, ResumeOptions.MinWindow);
        Assert.False(_side.Write(1000));
        _side.State.OnAcknowledgement(1500, 1);
        Assert.True(_side.Write(1000));
    }

    [Fact]
    public void SmallMessage_KeepsLittle_AndNothingOnceAcknowledged()
    {
        _side.Write(100);
        _side.Pump();
        Assert.InRange(_side.State.Kept, 100, 1024);
        _side.State.OnAcknowledgement(100, 1);
        Assert.Equal(0, _side.State.Kept);
    }

    [Fact]
    public void BatchThatIsBeingWritten_IsKept_ThoughItIsAcknowledged() // TCP may bring the acknowledgement before the write is known to be done.
    {
        _side.Write(100);
        Assert.True(_side.State.TryNextWrite(1, out _));
        _side.State.OnAcknowledgement(100, 1);
        Assert.NotEqual(0, _side.State.Kept);
        _side.State.WriteDone();
        Assert.Equal(0, _side.State.Kept);
    }

    [Fact]
    public void Budget_IsShared_AndWhoGetsNothingStillSendsOneBatch()
    {
        var budget = new MemoryBudget(100_000);
        var options = new ResumeOptions { Budget = budget };
        var (greedy, other) = (new ModelSide(options, 1 << 20), new ModelSide(options, 1 << 20));
        while (greedy.Write(8000))
        {
        }

        Assert.True(other.Write(200_000));
        Assert.False(other.Write(1000));
        Assert.InRange(budget.Used, 90_000, 100_000);
        greedy.State.Clear();
        Assert.Equal(0, budget.Used);
        Assert.True(other.State.Kept > 200_000);
    }

    [Fact]
    public void Acknowledgement_GoesAlone_OnlyWhenMuchIsUntold_OrNothingTookItAlong()
    {
        _side.State.OnData(ResumeState.AckBytes - 1);
        Assert.False(_side.State.TryNextWrite(1, out _));
        _side.State.OnData(1);
        Assert.True(_side.Pump());

        _side.State.OnData(10);
        Assert.False(_side.State.TryStartAckTimer()); // A trifle, which goes with the next heartbeat.
        _side.State.OnData(500);
        Assert.True(_side.State.TryStartAckTimer());
        Assert.False(_side.State.TryStartAckTimer());
        _side.Write(1);
        Assert.True(_side.Pump());
        _side.State.OnData(500);
        _side.State.OnAckTimer(); // The data took the first along; the next has its own time.
        Assert.False(_side.Pump());
        _side.AckTimer();
        Assert.True(_side.Pump());
        Assert.False(_side.State.TryStartAckTimer());
    }

    [Fact]
    public void WhoHasNoRoom_AsksOnce_UntilThereIsProgress() // More would look like a flood (SEC-23).
    {
        _side.Write(1000);
        _side.Write(1000);
        Assert.True(_side.Pump());
        Assert.True(_side.Pump());
        _side.State.Ask();
        Assert.True(_side.Pump());
        _side.State.Ask();
        Assert.False(_side.Pump());

        _side.State.OnAcknowledgement(1000, 1);
        _side.State.Ask();
        Assert.True(_side.Pump());
    }

    [Fact]
    public void Ask_IsAnsweredWhereThereIsSomethingToTell_AndIdleAsksAreTold()
    {
        _side.State.OnData(10);
        Assert.True(_side.State.OnAsk());
        Assert.True(_side.Pump());
        Assert.False(_side.State.OnAsk());
        Assert.False(_side.Pump());
    }

    [Fact]
    public void PeerThatKeepsLittle_IsToldEarlier()
    {
        var side = new ModelSide(new ResumeOptions(), 4000);
        side.State.OnData(1000);
        Assert.True(side.Pump());
    }

    [Fact]
    public void Owed_CountsFromTheLastProgress()
    {
        _side.Write(10);
        Assert.Equal(0, _side.State.OwedSince);
        _side.State.TryNextWrite(100, out _);
        _side.State.WriteDone();
        Assert.Equal(100, _side.State.OwedSince);
        _side.State.OnAcknowledgement(4, 200);
        Assert.Equal(200, _side.State.OwedSince);
        _side.State.OnAcknowledgement(10, 300);
        Assert.Equal(0, _side.State.OwedSince);
    }
}
