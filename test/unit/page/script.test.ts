import { describe, expect, test } from '@jest/globals';
import { FakeElement, mainOf, ScriptWorld } from '../../support/script-world.ts';

function live(id: string, text: string): FakeElement {
  const element = new FakeElement(id, { live: '' });
  element.textContent = text;
  element.childNodes = [text];
  return element;
}

function formWith(value: string): { readonly field: FakeElement; readonly main: FakeElement } {
  const field = new FakeElement('token');
  field.value = value;
  return { field, main: mainOf('token', { poll: 5, children: [field] }) };
}

describe('the script looks at the progress', () => {
  test('after the seconds that the page says, without credentials and caches', async () => {
    const world = new ScriptWorld(mainOf('changing', { poll: 2 }));
    expect(world.waits).toBe(2);
    world.answer({ status: 200, main: mainOf('changing') });
    await world.pass();
    expect(world.fetched).toEqual([
      { url: '/p/x/progress', options: { cache: 'no-store', credentials: 'omit' } },
    ]);
  });

  test('less often the longer nothing happens, and as often as at first after a change', async () => {
    const world = new ScriptWorld(mainOf('checking', { poll: 1 }));
    const waits: (number | undefined)[] = [];
    for (let round = 0; round < 8; round += 1) {
      world.answer({ status: 200, main: mainOf('checking', { poll: 1 }) });
      await world.pass();
      waits.push(world.waits);
    }
    expect(waits).toEqual([1.5, 2.25, 3.375, 5.0625, 7.59375, 8, 8, 8]);
    world.answer({ status: 200, main: mainOf('verified', { poll: 1 }) });
    await world.pass();
    expect(world.waits).toBe(1);
  });

  test.each([['no network'], [{ status: 503 }], [{ status: 429 }], [{ status: 200 }]] as const)(
    'ever more seldom when the answer is %j, up to a minute, and goes on after it',
    async (answer) => {
      const world = new ScriptWorld(mainOf('checking', { poll: 1 }));
      const waits: (number | undefined)[] = [];
      for (let round = 0; round < 7; round += 1) {
        world.answer(answer);
        await world.pass();
        waits.push(world.waits);
      }
      expect(waits).toEqual([2, 4, 8, 16, 32, 60, 60]);
      expect(world.main.dataset['state']).toBe('checking');
      world.answer({ status: 200, main: mainOf('done', { poll: 0 }) });
      await world.pass();
      expect(world.main.dataset['state']).toBe('done');
    },
  );

  test('never where the state is final, or the page belongs to no link', () => {
    expect(new ScriptWorld(mainOf('done', { poll: 0 })).waits).toBeUndefined();
    expect(new ScriptWorld(mainOf('gone', { poll: 2 }), [], false).waits).toBeUndefined();
  });

  test('no more once the state is final', async () => {
    const world = new ScriptWorld(mainOf('swapping'));
    world.answer({ status: 404, main: mainOf('gone', { poll: 0 }) });
    await world.pass();
    expect(world.main.dataset['state']).toBe('gone');
    expect(world.waits).toBeUndefined();
  });

  test('not while the page is hidden, and at once when it is seen again', async () => {
    const world = new ScriptWorld(mainOf('changing'));
    world.document.hidden = true;
    await world.fire('visibilitychange');
    expect(world.waits).toBeUndefined();
    world.document.hidden = false;
    world.answer({ status: 200, main: mainOf('token') });
    await world.fire('visibilitychange');
    expect(world.main.dataset['state']).toBe('token');
    expect(world.waits).toBe(2);
  });
});

describe('another state', () => {
  test('takes the place of the old one, and is told in the title and aloud', async () => {
    const world = new ScriptWorld(mainOf('changing'));
    world.answer({ status: 200, main: mainOf('token') });
    await world.pass();
    expect(world.document.title).toBe('title of token');
    expect(world.announcer.textContent).toBe('heading of token');
    expect(world.heading.focused).toBe(0);
  });

  test('takes the focus along where it was in what is gone', async () => {
    const { field, main } = formWith('');
    const world = new ScriptWorld(main);
    world.document.activeElement = field;
    world.answer({ status: 200, main: mainOf('verified') });
    await world.pass();
    expect(world.heading.focused).toBe(1);
  });

  test('that passes soon does not take away what is being typed; the one after it does', async () => {
    const { main } = formWith('Abc');
    const world = new ScriptWorld(main);
    world.answer({ status: 200, main: mainOf('checking', { keep: true }) });
    await world.pass();
    expect(world.main).toBe(main);
    expect(world.announcer.textContent).toBe('heading of checking');
    world.answer({ status: 200, main: mainOf('verified') });
    await world.pass();
    expect(world.main.dataset['state']).toBe('verified');
  });

  test('that passes soon is shown where nothing was typed', async () => {
    const world = new ScriptWorld(formWith('').main);
    world.answer({ status: 200, main: mainOf('checking', { keep: true }) });
    await world.pass();
    expect(world.main.dataset['state']).toBe('checking');
  });
});

describe('the same state', () => {
  test('renews only the figures that changed', async () => {
    const field = new FakeElement('token');
    const [left, since] = [live('attempts-left', '3 attempts left'), live('since', 'a minute ago')];
    const main = mainOf('token', { children: [field, left, since] });
    const world = new ScriptWorld(main);
    const news = [live('attempts-left', '2 attempts left'), live('since', 'a minute ago'), live('new', 'x')];
    world.answer({ status: 200, main: mainOf('token', { children: news }) });
    await world.pass();
    expect(world.main).toBe(main);
    expect([left.textContent, since.textContent]).toEqual(['2 attempts left', 'a minute ago']);
    expect(world.document.title).toBe('first title');
    expect(world.announcer.textContent).toBe('');
  });
});

describe('a form', () => {
  const formOf = () => {
    const button = new FakeElement('button', { busy: 'Salesforce is being asked …' });
    return { button, form: new FakeElement('form', {}, [button]) };
  };

  test('that was sent says so, is not sent twice, and ends the looking', async () => {
    const world = new ScriptWorld(mainOf('token'));
    const { button, form } = formOf();
    let prevented = 0;
    const event = { target: form, preventDefault: () => (prevented += 1) };
    await world.fire('submit', event);
    expect(prevented).toBe(0);
    expect(button.textContent).toBe('Salesforce is being asked …');
    expect(button.attributes.get('aria-disabled')).toBe('true');
    expect(world.announcer.textContent).toBe('Salesforce is being asked …');
    expect(world.waits).toBeUndefined();
    await world.fire('submit', event);
    expect(prevented).toBe(1);
  });

  test('that came back with a problem has the focus on it', () => {
    const problem = new FakeElement('problem');
    expect(new ScriptWorld(mainOf('token'), [problem]).waits).toBe(2);
    expect(problem.focused).toBe(1);
  });
});

describe('a page out of the memory of the browser', () => {
  test('is loaded anew, by its own address', async () => {
    const world = new ScriptWorld(mainOf('token'));
    await world.fire('pageshow', { persisted: false });
    expect(world.went).toEqual([]);
    await world.fire('pageshow', { persisted: true });
    expect(world.went).toEqual(['/p/x']);
  });
});
